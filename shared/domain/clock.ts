/** Clocks that differ. A kiosk's time is kept as it was, the server's beside it, and a flag where they part. */
import { epochMsMax, epochMsMin } from '../collections/fields.ts'

export const driftFlagMs = 2 * 60 * 1000

export const isClockDrifted = (timeDriftMs: number): boolean => Math.abs(timeDriftMs) >= driftFlagMs

/** Beyond it a clock was not a little off but never set: what it wrote goes by another time. */
const trustedDriftMs = 24 * 60 * 60 * 1000

export const isClockFarOff = (driftMs: number | null): boolean =>
  driftMs !== null && Math.abs(driftMs) > trustedDriftMs

/** Before Chowki was made: whatever a clock says, it is not this. */
export const earliestPossible = Date.UTC(2025, 0, 1)

/** The time now by the server, where the desk's clock is known to be far off it. */
export const trueNow = (now: number, driftMs: number | null): number =>
  isClockFarOff(driftMs) ? now - (driftMs ?? 0) : now

export interface WrittenTimes {
  readonly entryDateTime: number
  readonly exitDateTime?: number
  readonly serverTime?: number
  readonly timeDriftMs?: number
}

export interface TrueTimes {
  readonly entryAt: number
  readonly exitAt: number | null
  /** What the clock said that wrote the entry, where it was far off. */
  readonly writtenAt: number | null
}

/**
 * A visit's times as lists and overstay go by them. `here`: the desk's clock and its drift, for what no server has seen.
 * Nothing happened after it arrived, which also mends a time that was moved to the earliest that a record can hold.
 */
export function trueTimes(
  { entryDateTime, exitDateTime: exit, serverTime, timeDriftMs }: WrittenTimes,
  here: { readonly now: number; readonly driftMs: number | null },
): TrueTimes {
  const exitDateTime = exit ?? null
  const driftMs = serverTime === undefined ? here.driftMs : (timeDriftMs ?? null)
  if (driftMs === null || !isClockFarOff(driftMs))
    return { entryAt: entryDateTime, exitAt: exitDateTime, writtenAt: null }
  const latest = serverTime ?? trueNow(here.now, here.driftMs)
  const entryAt = Math.min(entryDateTime - driftMs, latest)
  // The other gate's clock may be right: an exit is by this clock where it lies nearer to what this clock wrote.
  const isBySameClock =
    exitDateTime !== null && Math.abs(exitDateTime - entryDateTime) < Math.abs(exitDateTime - entryAt)
  const exitAt = isBySameClock ? Math.max(entryAt, exitDateTime - driftMs) : exitDateTime
  return { entryAt, exitAt, writtenAt: entryDateTime }
}

/** A clock of 1970 or 2200 must not stop a visit: its time becomes the nearest that a record can hold. */
export const clampEpochMs = (epochMs: number): number =>
  Number.isFinite(epochMs) ? Math.min(epochMsMax, Math.max(epochMsMin, Math.trunc(epochMs))) : epochMsMin
