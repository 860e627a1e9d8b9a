import { expect, test } from 'vitest'
import { epochMsMax, epochMsMin } from '../collections/fields.ts'
import { clampEpochMs, driftFlagMs, isClockDrifted, isClockFarOff, trueNow, trueTimes } from './clock.ts'

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

const day = 86_400_000
const arrived = 1_795_000_000_000
const minute = 60_000
const here = { now: arrived + day, driftMs: null }

test.each([
  ['a clock that stood in 1970', 1_000_000 - arrived, epochMsMin, arrived],
  [
    'a clock two days behind, an hour before arrival',
    -2 * day,
    arrived - 2 * day - 60 * minute,
    arrived - 60 * minute,
  ],
  ['a clock a year ahead', 365 * day, arrived + 365 * day - minute, arrived - minute],
])('FAULT-5 %s: the visit goes by the time that its server knows', (_what, timeDriftMs, written, real) => {
  const visit = { entryDateTime: written, serverTime: arrived, timeDriftMs }
  expect(trueTimes(visit, here)).toEqual({ entryAt: real, exitAt: null, writtenAt: written })
})

test.each([day, -day, 0, undefined])('FAULT-5 a drift of %s ms changes nothing', (timeDriftMs) => {
  const visit = {
    entryDateTime: arrived - 5 * day,
    serverTime: arrived,
    ...(timeDriftMs === undefined ? {} : { timeDriftMs }),
  }
  expect(trueTimes(visit, here)).toEqual({ entryAt: arrived - 5 * day, exitAt: null, writtenAt: null })
})

test('FAULT-5 an exit goes by the clock that wrote it', () => {
  const visit = { entryDateTime: arrived - 9 * day, serverTime: arrived, timeDriftMs: -9 * day }
  const byThisClock = { ...visit, exitDateTime: visit.entryDateTime + minute }
  expect(trueTimes(byThisClock, here).exitAt).toBe(arrived + minute)
  expect(trueTimes({ ...visit, exitDateTime: arrived + minute }, here).exitAt).toBe(arrived + minute)
})

test('FAULT-5 what no server has seen goes by what this desk knows of its own clock', () => {
  const driftMs = 5_000 - arrived
  const desk = { now: 5_000, driftMs }
  expect(isClockFarOff(driftMs)).toBe(true)
  expect(trueNow(desk.now, driftMs)).toBe(arrived)
  expect(trueTimes({ entryDateTime: epochMsMin }, desk).entryAt).toBe(arrived)
  expect(trueNow(desk.now, null)).toBe(desk.now)
})
