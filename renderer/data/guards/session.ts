/** Who stands at the desk. In memory only; see `enrolment/sign-in.ts` for why. */
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { createSignIn, listGuards, maySignIn } from './sign-in.ts'
import type { Guard } from '../kiosk-data.ts'
import type { KioskViews } from '../kiosk-views.ts'
import type { Desk } from '../desk/open-desk.ts'

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
