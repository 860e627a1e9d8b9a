/** Clocks that differ. A kiosk's time is kept as it was, the server's beside it, and a flag where they part. */
import { epochMsMax, epochMsMin } from '../collections/fields.ts'

export const driftFlagMs = 2 * 60 * 1000

export const isClockDrifted = (timeDriftMs: number): boolean => Math.abs(timeDriftMs) >= driftFlagMs

/** A clock of 1970 or 2200 must not stop a visit: its time becomes the nearest that a record can hold. */
export const clampEpochMs = (epochMs: number): number =>
  Number.isFinite(epochMs) ? Math.min(epochMsMax, Math.max(epochMsMin, Math.trunc(epochMs))) : epochMsMin
