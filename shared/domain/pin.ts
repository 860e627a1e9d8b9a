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

/**
 * Milliseconds that a lock still lasts, as far as the kiosk's clock can tell: for a kiosk that has just started. Then it
 * counts elapsed time, which nobody can set. A clock set back makes the lock begin again, never last longer than it is.
 */
export function pinLockLeft({ lockedAt, lockMs }: PinAttempts, now: number): number {
  if (lockedAt === null) return 0
  const passed = now - lockedAt
  return passed < 0 ? lockMs : Math.max(0, lockMs - passed)
}
