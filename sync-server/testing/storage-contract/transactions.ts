/** STORE-6, STORE-7 and STORE-11: all or nothing, who hears of it, and the history's name. */
import { expect, test } from 'vitest'
import { changed, insert, newId, thing } from './contract-store.ts'
import type { OpenStore } from './contract-store.ts'

export function transactionsContract(openStore: OpenStore): void {
  test('STORE-6 a rollback leaves no row, no number and calls no listener', async () => {
    let fail = true
    const { storage } = await openStore({
      beforeCommit: async () => {
        if (fail) throw new Error('power cut')
      },
    })
    const partition = newId()
    const heard: string[] = []
    storage.onCommit((_, collections) => heard.push(...collections))
    await expect(insert(storage, partition, thing(partition))).rejects.toThrow('power cut')
    await expect(
      storage.transact(partition, async (tx) => {
        tx.insert('things', [thing(partition)])
        throw new Error('changed my mind')
      }),
    ).rejects.toThrow('changed my mind')
    expect(await storage.changesAfter(partition, 'things', 0, 10)).toEqual([])
    expect((await storage.head(partition)).seq).toBe(0)
    expect(heard).toEqual([])
    fail = false
    await insert(storage, partition, thing(partition))
    expect((await storage.changesAfter(partition, 'things', 0, 10)).map((row) => row.seq)).toEqual([1])
  })

  test('STORE-6 concurrent read-then-write loses no update', { timeout: 30_000 }, async () => {
    const { storage } = await openStore()
    const partition = newId()
    const counter = thing(partition, { count: 0 })
    await insert(storage, partition, counter)
    await Promise.all(
      Array.from({ length: 20 }, () =>
        storage.transact(partition, async (tx) => {
          const stored = (await tx.read('things', [counter.id])).get(counter.id)
          const count = Number(stored?.document.count) + 1
          tx.replace('things', [changed(counter, { count })])
        }),
      ),
    )
    const [row] = await storage.changesAfter(partition, 'things', 0, 10)
    expect(row?.document.count).toBe(20)
    expect(row?.seq).toBe(21)
  })

  test('STORE-7 listeners hear of a commit only when its rows can be read', async () => {
    const { storage } = await openStore()
    const partition = newId()
    const seen: Promise<number>[] = []
    const stop = storage.onCommit((committed, collections, writer) => {
      expect([committed, collections, writer]).toEqual([partition, ['things'], 'a desk'])
      seen.push(storage.changesAfter(partition, 'things', 0, 10).then((rows) => rows.length))
    })
    await storage.transact(partition, async (tx) => tx.insert('things', [thing(partition)]), {
      kind: 'replica',
      id: 'a desk',
    })
    stop()
    await insert(storage, partition, thing(partition))
    expect(await Promise.all(seen)).toEqual([1])
  })

  test('STORE-7 a listener that throws does not fail the write', async () => {
    const { storage } = await openStore()
    const partition = newId()
    storage.onCommit(() => {
      throw new Error('listener is broken')
    })
    await insert(storage, partition, thing(partition))
    expect((await storage.head(partition)).seq).toBe(1)
  })

  test('STORE-11 a partition keeps its lineage, and asking for it gives it one', async () => {
    const { storage } = await openStore()
    const partition = newId()
    const first = await storage.head(partition)
    expect(first.seq).toBe(0)
    expect(first.lineage).not.toBe('')
    await insert(storage, partition, thing(partition))
    expect(await storage.head(partition)).toEqual({ lineage: first.lineage, seq: 1 })
    const other = newId()
    await insert(storage, other, thing(other))
    const [a, b] = await Promise.all([storage.head(other), storage.head(other)])
    expect(a).toEqual(b)
  })
}
