/**
 * How often a PIN may be tried. Five wrong ones lock for a minute, each further wrong one for twice as long,
 * up to an hour; the right one starts anew. The state must be stored before the PIN is checked (count it as
 * wrong, then clear it), or a killed kiosk would give free attempts.
 */
export const freePinAttempts = 5
const firstLockMs = 60_000
const longestLockMs = 60 * 60_000

export interface PinAttempts {
  readonly wrong: number
  /** When the lock began, by the kiosk's clock; null: not locked. */
  readonly lockedAt: number | null
  readonly lockMs: number
}

export const noPinAttempts: PinAttempts = { wrong: 0, lockedAt: null, lockMs: 0 }

export function afterWrongPin(attempts: PinAttempts, now: number): PinAttempts {
  const wrong = attempts.wrong + 1
  if (wrong < freePinAttempts) return { wrong, lockedAt: null, lockMs: 0 }
  const doubled = firstLockMs * 2 ** Math.min(wrong - freePinAttempts, 10)
  return { wrong, lockedAt: now, lockMs: Math.min(longestLockMs, doubled) }
}

export const afterRightPin = (): PinAttempts => noPinAttempts

/** End of the lock, or null. */
export function pinLockedUntil(attempts: PinAttempts, now: number): number | null {
  const { lockedAt, lockMs } = attempts
  if (lockedAt === null || now - lockedAt >= lockMs) return null
  return Math.max(0, lockedAt + lockMs)
}

/**
 * To be called when the state is read: a clock set back must neither free a guard at once nor lock him for
 * the days that it went back. The lock begins again, by the clock as it is now.
 */
export const withClockOf = (attempts: PinAttempts, now: number): PinAttempts =>
  attempts.lockedAt !== null && now < attempts.lockedAt ? { ...attempts, lockedAt: now } : attempts
