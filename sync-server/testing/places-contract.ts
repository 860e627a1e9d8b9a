/** What every adapter of `Places` must keep, run unchanged on each. Only tests import it. */
import { afterEach, describe, expect, test } from 'vitest'
import type { Claim, PlaceKey, Places } from '../storage/places.ts'
import type { SyncStorage } from '../storage/storage.ts'
import { newId } from './test-society.ts'

export interface PlacesUnderTest {
  readonly places: Places
  /** As another server of the same store sees them. */
  readonly otherServer: Places
  readonly storage: SyncStorage
  /** Lets so much of the store's time go by. */
  pass(ms: number): Promise<void>
  close(): Promise<void>
}

const leaseMs = 1_000
const more = { isAtHead: false, leaseMs }
const atHead = { isAtHead: true, leaseMs }

export function placesContract(name: string, open: () => Promise<PlacesUnderTest>): void {
  const opened: PlacesUnderTest[] = []
  async function openPlaces(): Promise<PlacesUnderTest & { key: PlaceKey }> {
    const store = await open()
    opened.push(store)
    return { ...store, key: { follower: 'search', partition: newId() } }
  }
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close()
  })

  describe(`FOLLOW places contract: ${name}`, () => {
    placesTests(openPlaces)
    leaseTests(openPlaces)
  })
}

type OpenPlaces = () => Promise<PlacesUnderTest & { key: PlaceKey }>

async function claimed(places: Places, key: PlaceKey): Promise<Claim> {
  const claim = await places.claim(key, leaseMs)
  if (!claim) throw new Error('the place is not free')
  return claim
}

function placesTests(openPlaces: OpenPlaces): void {
  test('FOLLOW-2 a place begins before everything, is moved on, and is each follower’s and partition’s own', async () => {
    const { places, otherServer, key } = await openPlaces()
    const beginning = { ...key, lineage: '', seq: 0, failures: 0, lastError: null, behindMs: 0 }
    expect(await places.state(key)).toEqual(beginning)
    const claim = await claimed(places, key)
    expect(claim).toMatchObject({ ...key, lineage: '', seq: 0, failures: 0 })
    expect(await places.advance(claim, { lineage: '$one', seq: 7 }, atHead)).toBe(true)
    expect(await otherServer.state(key)).toEqual({ ...beginning, lineage: '$one', seq: 7 })
    expect(await claimed(otherServer, key)).toMatchObject({ lineage: '$one', seq: 7 })
    for (const other of [
      { ...key, follower: 'counters' },
      { ...key, partition: newId() },
    ]) {
      expect(await places.state(other)).toMatchObject({ lineage: '', seq: 0 })
      expect(await places.claim(other, leaseMs)).not.toBeNull()
    }
    expect(await places.states()).toHaveLength(3)
  })

  test('FOLLOW-9 how long a place is behind counts from its first claim until it is at the head', async () => {
    const { places, key, pass } = await openPlaces()
    const first = await claimed(places, key)
    await pass(leaseMs + 10)
    expect((await places.state(key)).behindMs).toBeGreaterThan(leaseMs)
    expect(await places.fail(first, 'no', 1)).toBe(true)
    await pass(10)
    const second = await claimed(places, key)
    expect(await places.advance(second, { lineage: 'one', seq: 1 }, more)).toBe(true)
    expect((await places.state(key)).behindMs).toBeGreaterThan(leaseMs)
    expect(await places.advance(second, { lineage: 'one', seq: 2 }, atHead)).toBe(true)
    expect((await places.state(key)).behindMs).toBe(0)
  })

  test('FOLLOW-9 the heads tell of every partition that has a history', async () => {
    const { places, storage } = await openPlaces()
    const heads = []
    for (let index = 0; index < 2; index++) {
      const partition = newId()
      const document = { _id: newId(), ownerId: partition }
      await storage.transact(partition, async (tx) =>
        tx.insert('things', [{ id: document._id, deleted: false, document }]),
      )
      heads.push({ partition, ...(await storage.head(partition)) })
    }
    expect(heads.map(({ seq }) => seq)).toEqual([1, 1])
    expect(await places.heads()).toEqual(expect.arrayContaining(heads))
  })
}

function leaseTests(openPlaces: OpenPlaces): void {
  test('FOLLOW-3 of many who claim at once one leads, and nobody else until its lease is over', async () => {
    const { places, otherServer, key, pass } = await openPlaces()
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? places : otherServer).claim(key, leaseMs)),
    )
    const [leader, ...others] = claims.filter((claim) => claim !== null)
    if (!leader) throw new Error('nobody leads')
    expect(others).toEqual([])
    await pass(leaseMs / 2)
    expect(await places.renew(leader, leaseMs)).toBe(true)
    await pass(leaseMs / 2 + 50)
    expect(await otherServer.claim(key, leaseMs)).toBeNull()
    expect(await places.advance(leader, { lineage: 'one', seq: 1 }, more)).toBe(true)
    await pass(leaseMs / 2 + 50)
    expect(await otherServer.claim(key, leaseMs)).toBeNull()
    await pass(leaseMs)
    expect(await otherServer.claim(key, leaseMs)).toMatchObject({ seq: 1 })
  })

  test('FOLLOW-4 who has lost the place to another moves, fails, renews and releases nothing', async () => {
    const { places, otherServer, key, pass } = await openPlaces()
    const old = await claimed(places, key)
    await pass(leaseMs + 10)
    const leader = await claimed(otherServer, key)
    expect(await places.advance(old, { lineage: 'one', seq: 9 }, atHead)).toBe(false)
    expect(await places.fail(old, 'late', 60_000)).toBe(false)
    expect(await places.renew(old, 60_000)).toBe(false)
    expect(await places.release(old)).toBe(false)
    expect(await places.state(key)).toMatchObject({ lineage: '', seq: 0, failures: 0 })
    expect(await places.claim(key, leaseMs)).toBeNull()
    expect(await otherServer.advance(leader, { lineage: 'one', seq: 3 }, atHead)).toBe(true)
    expect(await places.state(key)).toMatchObject({ lineage: 'one', seq: 3 })
  })

  test('FOLLOW-3 a place at the head, and a released one, is free at once', async () => {
    const { places, otherServer, key } = await openPlaces()
    const first = await claimed(places, key)
    await places.advance(first, { lineage: 'one', seq: 1 }, atHead)
    const second = await claimed(otherServer, key)
    expect(await otherServer.release(second)).toBe(true)
    expect(await places.claim(key, leaseMs)).toMatchObject({ seq: 1 })
  })

  test('FOLLOW-6 a failure is counted and shown, and nobody tries again before its pause is over', async () => {
    const { places, otherServer, key, pass } = await openPlaces()
    const first = await claimed(places, key)
    expect(await places.fail(first, '$refused', leaseMs)).toBe(true)
    expect(await places.state(key)).toMatchObject({ failures: 1, lastError: '$refused', seq: 0 })
    for (const server of [places, otherServer]) expect(await server.claim(key, leaseMs)).toBeNull()
    await pass(leaseMs + 10)
    const second = await claimed(otherServer, key)
    expect(second.failures).toBe(1)
    await otherServer.fail(second, 'again', 1)
    await pass(10)
    expect(await places.state(key)).toMatchObject({ failures: 2, lastError: 'again' })
    await places.advance(await claimed(places, key), { lineage: 'one', seq: 1 }, atHead)
    expect(await places.state(key)).toMatchObject({ failures: 0, lastError: null, seq: 1 })
  })
}
