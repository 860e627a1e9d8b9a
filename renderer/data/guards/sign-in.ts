/**
 * A guard's PIN against the hash that came with the last replication: no network. An attempt is written down as
 * wrong before it is judged, so that pulling the plug gives no free attempt. A lock counts elapsed time, so that
 * setting the clock neither ends nor prolongs it.
 *
 * The session lives in this page only. A kiosk that comes back after a power cut asks for the PIN again: nobody
 * knows who stands before it now. Visits, photos and the list of who is inside do not depend on it.
 */
import pLimit from 'p-limit'
import { argon2Verify } from 'hash-wasm'
import { kioskUserRoles } from '@chowki/shared/collections/users.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { afterRightPin, afterWrongPin, noPinAttempts, pinLockLeft } from '@chowki/shared/domain/pin.ts'
import type { PinAttempts } from '@chowki/shared/domain/pin.ts'
import type { Report } from '../desk/trouble.ts'
import type { LocalUser } from '../desk/database/kiosk-collections.ts'
import type { DeskStore } from '../desk/desk-store.ts'
import type { Guard } from '../kiosk-data.ts'
import type { KioskViews } from '../kiosk-views.ts'
import type { Desk } from '../desk/open-desk.ts'

export interface SignInParts {
  readonly report: Report
  readonly attempts: KeptAttempts
  readonly users: ReadonlyMap<string, LocalUser>
  readonly now: () => number
  readonly locks: PinLocks
  /** Locks have changed. */
  readonly onAttempt: () => Promise<void>
}

export type SignIn = (userId: string, pin: string) => Promise<Result<Guard, ChowkiError>>

export const maySignIn = (user: LocalUser): boolean =>
  user.isActive && user.pinHash !== undefined && (kioskUserRoles as readonly string[]).includes(user.role)

const isSupervisor = ({ role }: LocalUser): boolean => role === 'Supervisor'

/** One attempt after another: two at once would be counted as one. */
export function createSignIn(parts: SignInParts): SignIn {
  const inTurn = pLimit(1)
  return (userId, pin) =>
    inTurn(() => signIn(parts, userId, pin)).catch((error: unknown): Result<Guard, ChowkiError> => {
      parts.report('storage.signIn', error)
      return err(chowkiError('device_storage_failed'))
    })
}

async function signIn(parts: SignInParts, userId: string, pin: string): Promise<Result<Guard, ChowkiError>> {
  const user = parts.users.get(userId)
  if (user?.pinHash === undefined || !maySignIn(user))
    return err(chowkiError('forbidden', { field: 'userId', message: 'This person may not sign in here.' }))
  if ((await parts.locks.msLeft(userId)) > 0) return err(await locked(parts, userId))
  const stored = await parts.attempts.read(userId)
  const counted = afterWrongPin(stored, parts.now())
  await parts.attempts.write(userId, counted)
  // A hash that is none is a wrong PIN.
  const isRight = pin !== '' && (await argon2Verify({ password: pin, hash: user.pinHash }).catch(() => false))
  if (isRight) await parts.attempts.write(userId, afterRightPin())
  parts.locks.set(userId, isRight ? 0 : counted.lockMs)
  await parts.onAttempt()
  if (isRight) return ok({ userId, name: user.name, isSupervisor: isSupervisor(user), lockedUntil: null })
  return err(counted.lockMs > 0 ? await locked(parts, userId) : chowkiError('pin_wrong', { field: 'pin' }))
}

const locked = async ({ locks }: SignInParts, userId: string): Promise<ChowkiError> =>
  chowkiError('too_many_attempts', { field: 'pin', retryAfterMs: await locks.msLeft(userId) })

/** What was tried at each PIN, on the disk and in memory: while the disk fails, guards sign in, and attempts count. */
export interface KeptAttempts {
  read(userId: string): Promise<PinAttempts>
  write(userId: string, attempts: PinAttempts): Promise<void>
}

export function createAttempts(desk: DeskStore, report: Report): KeptAttempts {
  const known = new Map<string, PinAttempts>()
  const failed = (error: unknown): undefined => void report('storage.signIn', error)
  return {
    async read(userId) {
      const stored = known.has(userId) ? undefined : await desk.pinAttempts.get(userId).catch(failed)
      return known.get(userId) ?? stored ?? noPinAttempts
    },
    async write(userId, attempts) {
      known.set(userId, attempts)
      await desk.pinAttempts.put({ userId, ...attempts }).catch(failed)
    },
  }
}

/** How long each guard is locked out, by elapsed time. What was stored before this start is read once. */
export interface PinLocks {
  msLeft(userId: string): Promise<number>
  /** The lock's end by the clock that nobody sets; null: free. */
  until(userId: string): Promise<number | null>
  /** From now on, for so long. */
  set(userId: string, lockMs: number): void
}

/** `elapsed`: milliseconds by a clock that nobody sets, such as `performance.now()`. */
export function createPinLocks(
  attempts: Pick<KeptAttempts, 'read'>,
  now: () => number,
  elapsed: () => number,
): PinLocks {
  const ends = new Map<string, number>()
  const endOf = async (userId: string): Promise<number> => {
    const stored = ends.has(userId) ? noPinAttempts : await attempts.read(userId)
    // Again: an attempt may have come while the store was read.
    const known = ends.get(userId)
    if (known !== undefined) return known
    const end = elapsed() + pinLockLeft(stored, now())
    ends.set(userId, end)
    return end
  }
  return {
    msLeft: async (userId) => Math.max(0, (await endOf(userId)) - elapsed()),
    async until(userId) {
      const end = await endOf(userId)
      return end > elapsed() ? end : null
    },
    set: (userId, lockMs) => void ends.set(userId, elapsed() + lockMs),
  }
}

/** Who may sign in here, by name. */
export async function listGuards({
  users,
  locks,
}: Pick<SignInParts, 'users' | 'locks'>): Promise<readonly Guard[]> {
  const guards = [...users.values()].filter(maySignIn).map(async (user): Promise<Guard> => ({
    userId: user._id,
    name: user.name,
    isSupervisor: isSupervisor(user),
    lockedUntil: await locks.until(user._id),
  }))
  return (await Promise.all(guards)).sort((a, b) => a.name.localeCompare(b.name))
}

/** Who stands at the desk. In memory only, as this file's head says. */
export interface Session {
  guardId(): string | null
  signIn(userId: string, pin: string): Promise<Result<Guard, ChowkiError>>
  /** A supervisor's word for one act: judged and counted as a sign-in, and nobody is signed in or out. */
  approve: SignIn
  signOut(): void
  /** The users have changed: whoever may no longer sign in is signed out. */
  refresh(): Promise<void>
}

export function createSession(
  desk: Pick<Desk, 'report' | 'store' | 'users'>,
  views: KioskViews,
  now: () => number,
): Session {
  const attempts = createAttempts(desk.store, desk.report)
  const locks = createPinLocks(attempts, now, () => performance.now())
  const parts = { attempts, users: desk.users, now, locks }
  const guardId = (): string | null => {
    const stage = views.stage.current()
    return stage.stage === 'signedIn' ? stage.guard.userId : null
  }
  const signOut = (): void => {
    if (guardId() !== null) views.stage.set({ stage: 'signedOut' })
  }
  const showGuards = async (): Promise<void> => views.guards.set(await listGuards(parts))
  const signIn = createSignIn({ ...parts, report: desk.report, onAttempt: showGuards })
  return {
    guardId,
    signOut,
    approve(userId, pin) {
      const user = desk.users.get(userId)
      // Before the PIN: whose word does not count here loses no attempt.
      if (user === undefined || !isSupervisor(user))
        return Promise.resolve(err(chowkiError('forbidden', { field: 'userId' })))
      return signIn(userId, pin)
    },
    async signIn(userId, pin) {
      const signedIn = await signIn(userId, pin)
      if (signedIn.ok) views.stage.set({ stage: 'signedIn', guard: signedIn.value })
      return signedIn
    },
    async refresh() {
      const userId = guardId()
      const user = userId === null ? undefined : desk.users.get(userId)
      if (userId !== null && (user === undefined || !maySignIn(user))) signOut()
      await showGuards()
    },
  }
}
