import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { afterRightPin, afterWrongPin, freePinAttempts, noPinAttempts, pinLockLeft } from './pin.ts'
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
    [freePinAttempts - 1, 0],
    [freePinAttempts, 1],
    [freePinAttempts + 1, 2],
    [freePinAttempts + 2, 4],
    [freePinAttempts + 5, 32],
    [freePinAttempts + 6, 60],
    [freePinAttempts + 500, 60],
  ])('after %i wrong ones it is locked for %s minutes', (times, minutes) => {
    expect(pinLockLeft(wrongTimes(times), now)).toBe(minutes * minute)
  })

  test('the lock ends with its time, and the right PIN starts anew', () => {
    const locked = wrongTimes(freePinAttempts)
    expect(pinLockLeft(locked, now + minute - 1)).toBe(1)
    expect(pinLockLeft(locked, now + minute)).toBe(0)
    expect(afterRightPin()).toEqual(noPinAttempts)
  })

  test('a clock set back a day neither frees the guard nor locks him for a day', () => {
    expect(pinLockLeft(wrongTimes(freePinAttempts), now - 24 * 60 * minute)).toBe(minute)
  })

  test('property: whatever the clock does, a lock lasts no longer than an hour and no less than nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 * now }), { maxLength: 40 }), (clock) => {
        let attempts = noPinAttempts
        for (const time of clock) {
          const left = pinLockLeft(attempts, time)
          expect(left).toBeGreaterThanOrEqual(0)
          expect(left).toBeLessThanOrEqual(60 * minute)
          attempts = afterWrongPin(attempts, time)
        }
      }),
    )
  })
})
