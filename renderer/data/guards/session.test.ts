import 'fake-indexeddb/auto'
import { afterEach, expect, test } from 'vitest'
import { guard, guardId, id, start } from '../../testing/desk/sample-documents.ts'
import { openDeskStore } from '../desk/desk-store.ts'
import type { DeskStore } from '../desk/desk-store.ts'
import { createKioskViews } from '../kiosk-views.ts'
import { createSession } from './sign-in.ts'

let store: DeskStore | null = null
afterEach(() => store?.close())

const supervisorId = id(77)

async function openSession(name: string) {
  store = await openDeskStore(`session-${name}`)
  const supervisor = { ...guard({ _id: supervisorId, name: 'Selvam' }), role: 'Supervisor' as const }
  const users = new Map([
    [guardId, guard()],
    [supervisorId, supervisor],
  ])
  const views = createKioskViews()
  const session = createSession({ store, users, report: () => undefined }, views, () => start)
  await session.refresh()
  return { views, session }
}

test('a supervisor’s PIN is his word for one act: the guard stays signed in', async () => {
  const { session, views } = await openSession('word')
  await session.signIn(guardId, '2580')
  expect(await session.approve(supervisorId, '2580')).toMatchObject({ ok: true })
  expect(session.guardId()).toBe(guardId)
  expect(views.stage.current()).toMatchObject({ stage: 'signedIn', guard: { userId: guardId } })
})

test('a guard’s own PIN is no word, and costs him no attempt', async () => {
  const { session } = await openSession('guard')
  for (let n = 0; n < 6; n += 1)
    expect(await session.approve(guardId, '0000')).toMatchObject({ ok: false, error: { code: 'forbidden' } })
  expect((await session.signIn(guardId, '2580')).ok).toBe(true)
})

test('P7 a wrong PIN counts as at the sign-in, and locks both', async () => {
  const { session, views } = await openSession('wrong')
  expect(await session.approve(supervisorId, '0000')).toMatchObject({
    ok: false,
    error: { code: 'pin_wrong', field: 'pin' },
  })
  for (let n = 0; n < 4; n += 1) await session.approve(supervisorId, '0000')
  const locked = { ok: false, error: { code: 'too_many_attempts', field: 'pin' } }
  expect(await session.approve(supervisorId, '2580')).toMatchObject(locked)
  expect(await session.signIn(supervisorId, '2580')).toMatchObject(locked)
  const [supervisor] = views.guards.current().filter(({ isSupervisor }) => isSupervisor)
  expect(supervisor?.lockedUntil).toBeGreaterThan(0)
})
