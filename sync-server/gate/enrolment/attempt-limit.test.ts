import { describe, expect, test } from 'vitest'
import { attemptSource, createAttemptLimit } from './attempt-limit.ts'

const limitAt = (clock: { now: number }) =>
  createAttemptLimit({ windowMs: 60_000, perCode: 5, perAddress: 10, overall: 100, now: () => clock.now })

describe('attempts', () => {
  test('ten codes from one address in any minute', () => {
    const clock = { now: 1_000_000 }
    const limit = limitAt(clock)
    for (let count = 0; count < 10; count += 1) {
      clock.now += 1_000
      expect(limit.take('192.0.2.1', `code ${count}`)).toBeNull()
    }
    expect(limit.take('192.0.2.1', 'one more')).toBe(51_000)
    expect(limit.take('192.0.2.2', 'one more')).toBeNull()
    clock.now += 51_000
    expect(limit.take('192.0.2.1', 'one more')).toBeNull()
    expect(limit.take('192.0.2.1', 'and one more')).toBe(1_000)
  })

  test('FAULT-6 a desk that repeats its used code shuts itself out, not its neighbours behind the address', () => {
    const clock = { now: 1_000_000 }
    const limit = limitAt(clock)
    const answers = Array.from({ length: 3_600 }, () => limit.take('192.0.2.1', 'used'))
    expect(answers.filter((wait) => wait === null)).toHaveLength(5)
    expect(answers.at(-1)).toBe(60_000)
    for (let desk = 0; desk < 9; desk += 1) expect(limit.take('192.0.2.1', `desk ${desk}`)).toBeNull()
    expect(limit.take('192.0.2.1', 'a tenth guess')).toBe(60_000)
  })

  test('a hundred codes from all addresses together', () => {
    const clock = { now: 1_000_000 }
    const limit = limitAt(clock)
    for (let count = 0; count < 100; count += 1) expect(limit.take(`192.0.2.${count}`, 'same')).toBeNull()
    expect(limit.take('198.51.100.1', 'same')).toBe(60_000)
    clock.now += 60_000
    expect(limit.take('198.51.100.1', 'same')).toBeNull()
  })

  test('a server clock that was set back locks nobody out', () => {
    const clock = { now: 10_000_000 }
    const limit = limitAt(clock)
    for (let count = 0; count < 10; count += 1) limit.take('192.0.2.1', `code ${count}`)
    clock.now -= 5_000_000
    expect(limit.take('192.0.2.1', 'one more')).toBeNull()
  })

  test('an IPv6 customer is one source, however many addresses the network has', () => {
    expect(attemptSource('2001:db8:1:2:aaaa::1')).toBe(attemptSource('2001:db8:1:2:bbbb:1:2:3'))
    expect(attemptSource('2001:db8:1:2::1')).not.toBe(attemptSource('2001:db8:1:3::1'))
    expect(attemptSource('::ffff:192.0.2.1')).toBe(attemptSource('192.0.2.1'))
    expect(attemptSource('2001:db8::1')).toBe('2001:db8:0:0')
    expect(attemptSource('::1')).toBe('0:0:0:0')
  })
})
