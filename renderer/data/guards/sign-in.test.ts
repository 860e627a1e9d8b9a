import 'fake-indexeddb/auto'
import { afterEach, describe, expect, it } from 'vitest'
import { openDeskStore } from '../desk/desk-store.ts'
import type { DeskStore } from '../desk/desk-store.ts'
import type { LocalUser } from '../desk/database/kiosk-collections.ts'
import { guard, guardId, id, start } from '../../testing/desk/sample-documents.ts'
import { createAttempts, createPinLocks, createSignIn, listGuards } from './sign-in.ts'

let store: DeskStore | null = null
let names = 0

async function desk(users: readonly LocalUser[] = [guard()]) {
  const name = `sign-in-${(names += 1)}`
  store = await openDeskStore(name)
  /** The desk's clock, and what nobody sets. */
  const clock = { now: start, elapsed: 5_000 }
  const byId = new Map(users.map((user) => [user._id, user]))
  const parts = { users: byId, now: () => clock.now }
  const make = (at: DeskStore) => {
    const attempts = createAttempts(at, () => undefined)
    const locks = createPinLocks(attempts, parts.now, () => clock.elapsed)
    const onAttempt = () => Promise.resolve()
    return {
      signIn: createSignIn({ report: () => undefined, ...parts, attempts, locks, onAttempt }),
      guards: () => listGuards({ users: byId, locks }),
    }
  }
  return {
    clock,
    ...make(store),
    async restart() {
      store?.close()
      store = await openDeskStore(name)
      return make(store)
    },
  }
}

const wrong = async (signIn: (userId: string, pin: string) => Promise<unknown>, times: number) => {
  for (let n = 0; n < times; n += 1) await signIn(guardId, '0000')
}

afterEach(() => store?.close())

describe('PIN sign-in', () => {
  it('P3 takes the right PIN without a network, and refuses a wrong one', async () => {
    const { signIn } = await desk()
    expect(await signIn(guardId, '2580')).toEqual({
      ok: true,
      value: { userId: guardId, name: 'Suresh Yadav', isSupervisor: false, lockedUntil: null },
    })
    expect(await signIn(guardId, '2581')).toMatchObject({
      ok: false,
      error: { code: 'pin_wrong', field: 'pin' },
    })
    expect(await signIn(guardId, '')).toMatchObject({ ok: false, error: { code: 'pin_wrong' } })
  })

  it('P7 locks after five wrong PINs, also for the right one, until the time is over', async () => {
    const { signIn, clock, guards } = await desk()
    await wrong(signIn, 5)
    expect(await signIn(guardId, '2580')).toMatchObject({
      ok: false,
      error: { code: 'too_many_attempts', retryAfterMs: 60_000 },
    })
    expect((await guards())[0]?.lockedUntil).toBe(5_000 + 60_000)
    clock.elapsed += 60_001
    expect((await signIn(guardId, '2580')).ok).toBe(true)
    expect((await guards())[0]?.lockedUntil).toBeNull()
  })

  it('P7 keeps the count over a restart, and a clock that is set back frees nobody', async () => {
    const { signIn, clock, restart } = await desk()
    await wrong(signIn, 3)
    const second = await restart()
    await wrong(second.signIn, 2)
    const third = await restart()
    clock.now -= 86_400_000
    expect(await third.signIn(guardId, '2580')).toMatchObject({
      ok: false,
      error: { code: 'too_many_attempts' },
    })
    clock.elapsed += 60_001
    expect((await third.signIn(guardId, '2580')).ok).toBe(true)
  })

  it.each([
    ['back', -86_400_000],
    ['forward', 86_400_000],
  ])('FAULT-5 a lock lasts its own time, though the clock is set a day %s meanwhile', async (_way, by) => {
    const { signIn, clock, guards } = await desk()
    await wrong(signIn, 5)
    clock.elapsed += 20_000
    clock.now += by
    expect(await signIn(guardId, '2580')).toMatchObject({
      ok: false,
      error: { code: 'too_many_attempts', retryAfterMs: 40_000 },
    })
    expect((await guards())[0]?.lockedUntil).toBe(5_000 + 60_000)
    clock.elapsed += 40_001
    expect((await guards())[0]?.lockedUntil).toBeNull()
    expect((await signIn(guardId, '2580')).ok).toBe(true)
  })

  it('FAULT-5 after a restart a lock goes on by the clock, and is no longer than it was where that was set back', async () => {
    const { signIn, clock, restart } = await desk()
    await wrong(signIn, 5)
    clock.now += 45_000
    expect(await (await restart()).signIn(guardId, '2580')).toMatchObject({ error: { retryAfterMs: 15_000 } })
    clock.now -= 86_400_000
    expect(await (await restart()).signIn(guardId, '2580')).toMatchObject({ error: { retryAfterMs: 60_000 } })
  })

  it('FAULT-5 while the disk fails guards sign in, and wrong PINs count all the same', async () => {
    const { signIn } = await desk()
    store?.database.close()
    expect(await signIn(guardId, '2580')).toMatchObject({ ok: true })
    await wrong(signIn, 5)
    expect(await signIn(guardId, '2580')).toMatchObject({ error: { code: 'too_many_attempts' } })
  })

  it('P7 counts attempts that are made at once, each', async () => {
    const { signIn } = await desk()
    const answers = await Promise.all(Array.from({ length: 8 }, () => signIn(guardId, '0000')))
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.error.code))
    expect(codes.slice(0, 4)).toEqual(Array(4).fill('pin_wrong'))
    expect(codes.slice(4)).toEqual(Array(4).fill('too_many_attempts'))
  })

  it('refuses and does not list who is inactive, has no PIN, is no guard, or is unknown', async () => {
    const { pinHash: _hash, ...withoutPin } = guard({ _id: id(3), name: 'No PIN' })
    const users = [
      guard(),
      guard({ _id: id(2), name: 'Gone', isActive: false }),
      withoutPin,
      guard({ _id: id(4), role: 'Admin' }),
    ]
    const { signIn, guards } = await desk(users)
    for (const userId of [id(2), id(3), id(4), id(5)])
      expect(await signIn(userId, '2580'), userId).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    expect((await guards()).map((one) => one.name)).toEqual(['Suresh Yadav'])
  })

  it('refuses a hash that is none', async () => {
    const { signIn } = await desk([guard({ pinHash: 'plain text, 2580' })])
    expect(await signIn(guardId, '2580')).toMatchObject({ ok: false, error: { code: 'pin_wrong' } })
  })
})
