/**
 * A guard's PIN against the hash that came with the last replication: no network. An attempt is written down as
 * wrong before it is judged, so that pulling the plug gives no free attempt; the clock's tricks are
 * `shared/domain/pin.ts`'s to see through.
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
import {
  afterRightPin,
  afterWrongPin,
  noPinAttempts,
  pinLockedUntil,
  withClockOf,
} from '@chowki/shared/domain/pin.ts'
import type { PinAttempts } from '@chowki/shared/domain/pin.ts'
import type { Report } from '../desk/trouble.ts'
import type { LocalUser } from '../desk/database/kiosk-collections.ts'
import type { DeskStore } from '../desk/desk-store.ts'
import type { Guard } from '../kiosk-data.ts'
import type { KioskViews } from '../kiosk-views.ts'
import type { Desk } from '../desk/open-desk.ts'

export interface SignInParts {
  readonly report: Report
  readonly desk: DeskStore
  readonly users: ReadonlyMap<string, LocalUser>
  readonly now: () => number
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
  const now = parts.now()
  const attempts = await readAttempts(parts.desk, userId, now)
  const lockedUntil = pinLockedUntil(attempts, now)
  if (lockedUntil !== null) return err(locked(lockedUntil, now))
  const counted = afterWrongPin(attempts, now)
  await parts.desk.pinAttempts.put({ userId, ...counted })
  // A hash that is none is a wrong PIN.
  const isRight = pin !== '' && (await argon2Verify({ password: pin, hash: user.pinHash }).catch(() => false))
  if (isRight) await parts.desk.pinAttempts.put({ userId, ...afterRightPin() })
  await parts.onAttempt()
  if (isRight) return ok({ userId, name: user.name, isSupervisor: isSupervisor(user), lockedUntil: null })
  const nowLockedUntil = pinLockedUntil(counted, now)
  return err(
    nowLockedUntil === null ? chowkiError('pin_wrong', { field: 'pin' }) : locked(nowLockedUntil, now),
  )
}

const locked = (until: number, now: number): ChowkiError =>
  chowkiError('too_many_attempts', { field: 'pin', retryAfterMs: Math.max(0, until - now) })

/** A lock whose clock was set back begins again; that too is kept. */
async function readAttempts(desk: DeskStore, userId: string, now: number): Promise<PinAttempts> {
  const stored = (await desk.pinAttempts.get(userId)) ?? noPinAttempts
  const attempts = withClockOf(stored, now)
  if (attempts !== stored) await desk.pinAttempts.put({ userId, ...attempts })
  return attempts
}

/** Who may sign in here, by name. */
export async function listGuards({
  desk,
  users,
  now,
}: Omit<SignInParts, 'onAttempt' | 'report'>): Promise<readonly Guard[]> {
  const at = now()
  const attempts = new Map(
    (await desk.pinAttempts.toArray()).map((row) => [row.userId, withClockOf(row, at)]),
  )
  return [...users.values()]
    .filter(maySignIn)
    .map((user) => ({
      userId: user._id,
      name: user.name,
      isSupervisor: isSupervisor(user),
      lockedUntil: pinLockedUntil(attempts.get(user._id) ?? noPinAttempts, at),
    }))
    .sort((a, b) => a.name.localeCompare(b.name))
}

/** Who stands at the desk. In memory only; see `enrolment/sign-in.ts` for why. */
export interface Session {
  guardId(): string | null
  isSupervisor(): boolean
  signIn(userId: string, pin: string): Promise<Result<Guard, ChowkiError>>
  signOut(): void
  /** The users have changed: whoever may no longer sign in is signed out. */
  refresh(): Promise<void>
}

export function createSession(
  desk: Pick<Desk, 'report' | 'store' | 'users'>,
  views: KioskViews,
  now: () => number,
): Session {
  const parts = { desk: desk.store, users: desk.users, now }
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
    isSupervisor() {
      const stage = views.stage.current()
      return stage.stage === 'signedIn' && stage.guard.isSupervisor
    },
    signOut,
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
