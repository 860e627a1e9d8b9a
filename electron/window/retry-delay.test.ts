import { expect, it } from 'vitest'
import { retryDelayMs } from './retry-delay.ts'

it('S6 a first failure is mended at once, a lasting one does not burn the processor', () => {
  expect([0, 1, 2, 3, 4].map(retryDelayMs)).toEqual([250, 250, 500, 1000, 2000])
  expect(retryDelayMs(1000)).toBe(30_000)
})
