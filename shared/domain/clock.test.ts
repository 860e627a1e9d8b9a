import { expect, test } from 'vitest'
import { epochMsMax, epochMsMin } from '../collections/fields.ts'
import { clampEpochMs, driftFlagMs, isClockDrifted } from './clock.ts'

test.each([
  [0, false],
  [driftFlagMs - 1, false],
  [driftFlagMs, true],
  [-driftFlagMs, true],
])('P4: a drift of %i ms is flagged: %s', (drift, flagged) => {
  expect(isClockDrifted(drift)).toBe(flagged)
})

test.each([
  [0, epochMsMin],
  [Number.NaN, epochMsMin],
  [Number.POSITIVE_INFINITY, epochMsMin],
  [9e15, epochMsMax],
  [1_795_000_000_000.9, 1_795_000_000_000],
])('P1: a clock that says %d gives the time %i, which a record can hold', (clock, time) => {
  expect(clampEpochMs(clock)).toBe(time)
})
