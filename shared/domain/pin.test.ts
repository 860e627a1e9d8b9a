import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  afterRightPin,
  afterWrongPin,
  freePinAttempts,
  noPinAttempts,
  pinLockedUntil,
  withClockOf,
} from './pin.ts'
import type { PinAttempts } from './pin.ts'

const minute = 60_000
const now = 1_795_000_000_000

function wrongTimes(times: number, at = now): PinAttempts {
  let attempts = noPinAttempts
  for (let i = 0; i < times; i++) attempts = afterWrongPin(attempts, at)
  return attempts
}

describe('a PIN may be tried five times, then ever more slowly', () => {
  test.each([
    [freePinAttempts - 1, null],
    [freePinAttempts, 1],
    [freePinAttempts + 1, 2],
    [freePinAttempts + 2, 4],
    [freePinAttempts + 5, 32],
    [freePinAttempts + 6, 60],
    [freePinAttempts + 500, 60],
  ])('after %i wrong ones it is locked for %s minutes', (times, minutes) => {
    expect(pinLockedUntil(wrongTimes(times), now)).toBe(minutes === null ? null : now + minutes * minute)
  })

  test('the lock ends with its time, and the right PIN starts anew', () => {
    const locked = wrongTimes(freePinAttempts)
    expect(pinLockedUntil(locked, now + minute - 1)).not.toBeNull()
    expect(pinLockedUntil(locked, now + minute)).toBeNull()
    expect(afterRightPin()).toEqual(noPinAttempts)
  })

  test('a clock set back a day neither frees the guard nor locks him for a day', () => {
    const dayAgo = now - 24 * 60 * minute
    const locked = withClockOf(wrongTimes(freePinAttempts), dayAgo)
    expect(pinLockedUntil(locked, dayAgo)).toBe(dayAgo + minute)
    expect(pinLockedUntil(locked, dayAgo + minute)).toBeNull()
  })

  test('property: never locked for longer than an hour by the clock of the moment', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 * now }), { maxLength: 40 }), (clock) => {
        let attempts = noPinAttempts
        for (const time of clock) {
          attempts = afterWrongPin(withClockOf(attempts, time), time)
          expect((pinLockedUntil(attempts, time) ?? time) - time).toBeLessThanOrEqual(60 * minute)
        }
      }),
    )
  })
})
