import 'fake-indexeddb/auto'
import { afterEach, expect, test } from 'vitest'
import { guard, guardId, start } from '../../testing/desk/sample-documents.ts'
import { openDeskStore } from '../desk/desk-store.ts'
import type { DeskStore } from '../desk/desk-store.ts'
import { createKioskViews } from '../kiosk-views.ts'
import { createSession } from './sign-in.ts'

let store: DeskStore | null = null
afterEach(() => store?.close())

test.each([
  ['Guard', false],
  ['Supervisor', true],
] as const)('whoever signs in as %s: may take the diagnostics along is %s', async (role, expected) => {
  store = await openDeskStore(`session-${role}`)
  const users = new Map([[guardId, { ...guard(), role }]])
  const session = createSession({ store, users, report: () => undefined }, createKioskViews(), () => start)
  expect(session.isSupervisor()).toBe(false)
  expect((await session.signIn(guardId, '2580')).ok).toBe(true)
  expect(session.isSupervisor()).toBe(expected)
  session.signOut()
  expect(session.isSupervisor()).toBe(false)
})
