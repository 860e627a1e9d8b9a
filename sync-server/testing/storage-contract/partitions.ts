/** STORE-4 and STORE-5: partitions are apart, ids are used once. */
import { expect, test } from 'vitest'
import { DuplicateIds } from '../../storage/storage.ts'
import { changed, insert, newId, thing } from './contract-store.ts'
import type { OpenStore } from './contract-store.ts'

export function partitionsContract(openStore: OpenStore): void {
  test('STORE-4 partitions are apart: numbers, rows, counts, heads and reads', async () => {
    const { storage } = await openStore()
    const [mine, theirs] = [newId(), newId()]
    const own = thing(mine)
    const foreign = thing(theirs)
    await insert(storage, mine, own)
    await insert(storage, theirs, foreign, thing(theirs))
    expect((await storage.changesAfter(mine, 'things', 0, 10)).map((row) => row.id)).toEqual([own.id])
    expect((await storage.changesAfter(theirs, 'things', 0, 10)).map((row) => row.seq)).toEqual([1, 2])
    expect(await storage.countLive(mine, 'things')).toBe(1)
    expect([...(await storage.readMany(mine, 'things', [own.id, foreign.id])).keys()]).toEqual([own.id])
    const inside = await storage.transact(mine, async (tx) => [
      ...(await tx.read('things', [own.id, foreign.id])).keys(),
    ])
    expect(inside).toEqual([own.id])
    expect((await storage.head(mine)).lineage).not.toBe((await storage.head(theirs)).lineage)
  })

  test('STORE-4 no partition can replace a row of another', async () => {
    const { storage } = await openStore()
    const [mine, theirs] = [newId(), newId()]
    const foreign = thing(theirs)
    await insert(storage, theirs, foreign)
    const attempt = storage.transact(mine, async (tx) =>
      tx.replace('things', [changed(foreign, { ownerId: mine, kind: 'stolen' })]),
    )
    await expect(attempt).rejects.toThrow()
    const [row] = await storage.changesAfter(theirs, 'things', 0, 10)
    expect(row?.document).toEqual(foreign.document)
    expect((await storage.head(mine)).seq).toBe(0)
  })

  test('STORE-4 several partitions write at once without waiting for each other', async () => {
    const partitions = [newId(), newId()]
    let arrived = 0
    let release = () => {}
    const bothArrived = new Promise<void>((resolve) => (release = resolve))
    const { storage } = await openStore({
      beforeCommit: () => {
        if (++arrived === 2) release()
        return bothArrived
      },
    })
    await Promise.all(partitions.map((partition) => insert(storage, partition, thing(partition))))
    expect(arrived).toBe(2)
  })

  test('STORE-19 rows are found by their fields, in one partition, the live ones, in order', async () => {
    const { storage } = await openStore()
    const [mine, theirs] = [newId(), newId()]
    const things = ['b', 'c', 'a'].map((name) => thing(mine, { kind: 'guard', name, large: 'x' }))
    const gone = { ...thing(mine, { kind: 'guard', name: 'd' }), deleted: true }
    await insert(storage, mine, ...things, gone, thing(mine))
    await insert(storage, theirs, thing(theirs, { kind: 'guard', name: 'e' }))
    const names = async (
      ...asked: Parameters<typeof storage.find> extends [string, string, ...infer R] ? R : never
    ) => (await storage.find(mine, 'things', ...asked)).map(({ document }) => document.name)
    const sort = { field: 'name', direction: 1 } as const
    expect(await names({ kind: 'guard' }, { sort })).toEqual(['a', 'b', 'c'])
    expect(await names({ name: ['c', 'd', 'e'] })).toEqual(['c'])
    expect(await names({ kind: 'guard' }, { sort: { ...sort, direction: -1 }, limit: 2 })).toEqual(['c', 'b'])
    expect(await names({ _id: [things[0]?.id ?? '', 'x'], kind: 'guard' })).toEqual(['b'])
    expect(await names({ _id: 'x' })).toEqual([])
    const [bare] = await storage.find(mine, 'things', { name: 'a' }, { without: ['large'] })
    expect(bare?.document).toEqual({ ...things[2]?.document, large: undefined })
    expect(await storage.find('not-a-partition', 'things', {})).toEqual([])
  })

  test('STORE-19 a row is located by its id alone, and partitions are listed', async () => {
    const { storage } = await openStore()
    const [mine, theirs] = [newId(), newId()]
    const foreign = thing(theirs)
    await insert(storage, mine, thing(mine))
    await insert(storage, theirs, foreign)
    expect((await storage.locate('things', foreign.id))?.document).toEqual(foreign.document)
    expect(await storage.locate('things', newId())).toBe(null)
    expect(await storage.locate('things', 'x')).toBe(null)
    expect(await storage.partitions()).toEqual(expect.arrayContaining([mine, theirs]))
  })

  test('STORE-5 an id that exists fails with DuplicateIds and leaves no trace', async () => {
    const { storage } = await openStore()
    const partition = newId()
    const known = thing(partition)
    await insert(storage, partition, known)
    const before = await storage.head(partition)
    const fresh = thing(partition)
    const again = insert(storage, partition, fresh, changed(known, { kind: 'other' }))
    await expect(again).rejects.toBeInstanceOf(DuplicateIds)
    await expect(again).rejects.toMatchObject({ ids: [known.id] })
    expect(await storage.head(partition)).toEqual(before)
    expect((await storage.changesAfter(partition, 'things', 0, 10)).map((row) => row.id)).toEqual([known.id])
  })

  test('STORE-5 an id of another partition is named like any other that exists, and nothing else is said', async () => {
    const { storage } = await openStore()
    const [mine, theirs] = [newId(), newId()]
    const foreign = thing(theirs, { kind: 'private' })
    await insert(storage, theirs, foreign)
    const clash = await insert(
      storage,
      mine,
      thing(mine),
      changed(foreign, { ownerId: mine }),
      thing(mine),
    ).catch((error: unknown) => error)
    expect(clash).toBeInstanceOf(DuplicateIds)
    expect(clash).toMatchObject({ ids: [foreign.id] })
    expect(String(clash)).not.toMatch(new RegExp(`private|${theirs}`))
    expect((await storage.head(mine)).seq).toBe(0)
    expect(await storage.changesAfter(theirs, 'things', 0, 10)).toHaveLength(1)
  })

  test('STORE-5 one of two transactions that insert the same id at once gets DuplicateIds', async () => {
    const { storage } = await openStore()
    const partition = newId()
    const same = thing(partition)
    const outcomes = await Promise.allSettled([
      insert(storage, partition, same),
      insert(storage, partition, same),
    ])
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await storage.head(partition)).seq).toBe(1)
  })
}
