import { describe, expect, test } from 'vitest'
import { attemptSource, createAttemptLimit } from './attempt-limit.ts'

const limitAt = (clock: { now: number }) =>
  createAttemptLimit({ windowMs: 60_000, perAddress: 10, overall: 100, now: () => clock.now })

describe('attempts', () => {
  test('ten from one address in any minute', () => {
    const clock = { now: 1_000_000 }
    const limit = limitAt(clock)
    for (let count = 0; count < 10; count += 1) {
      clock.now += 1_000
      expect(limit.take('192.0.2.1')).toBeNull()
    }
    expect(limit.take('192.0.2.1')).toBe(51_000)
    expect(limit.take('192.0.2.2')).toBeNull()
    clock.now += 51_000
    expect(limit.take('192.0.2.1')).toBeNull()
    expect(limit.take('192.0.2.1')).toBe(1_000)
  })

  test('a hundred from all addresses together', () => {
    const clock = { now: 1_000_000 }
    const limit = limitAt(clock)
    for (let count = 0; count < 100; count += 1) expect(limit.take(`192.0.2.${count}`)).toBeNull()
    expect(limit.take('198.51.100.1')).toBe(60_000)
    clock.now += 60_000
    expect(limit.take('198.51.100.1')).toBeNull()
  })

  test('a server clock that was set back locks nobody out', () => {
    const clock = { now: 10_000_000 }
    const limit = limitAt(clock)
    for (let count = 0; count < 10; count += 1) limit.take('192.0.2.1')
    clock.now -= 5_000_000
    expect(limit.take('192.0.2.1')).toBeNull()
  })

  test('an IPv6 customer is one source, however many addresses the network has', () => {
    expect(attemptSource('2001:db8:1:2:aaaa::1')).toBe(attemptSource('2001:db8:1:2:bbbb:1:2:3'))
    expect(attemptSource('2001:db8:1:2::1')).not.toBe(attemptSource('2001:db8:1:3::1'))
    expect(attemptSource('::ffff:192.0.2.1')).toBe(attemptSource('192.0.2.1'))
    expect(attemptSource('2001:db8::1')).toBe('2001:db8:0:0')
    expect(attemptSource('::1')).toBe('0:0:0:0')
  })
})
