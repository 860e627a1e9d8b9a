/** STORE-20 to STORE-23: the log that is written with the rows. */
import { expect, test } from 'vitest'
import { emptyLog, hashOfEntry } from '../../storage/log.ts'
import type { Commit, Journal, LogEntry } from '../../storage/log.ts'
import type { SyncStorage } from '../../storage/storage.ts'
import { changed, insert, newId, replace, sleep, thing } from './contract-store.ts'
import type { OpenStore } from './contract-store.ts'

const at = 1_700_000_000_123
const author = { kind: 'replica', id: 'a desk' }

/** One entry for each commit, with all that it was told. */
const telling: Journal = ({ author: who, changes }) => [
  {
    at,
    who: who?.id ?? null,
    said: changes.map(({ collection, inserts, replaces }) => ({
      collection,
      inserted: inserts.map(({ id }) => id),
      replaced: replaces.map(({ before, after }) => [before.document.kind, after.document.kind]),
    })),
  },
]

/** Positions without a gap from 1, each hash over its entry and the hash before, and the head at the end. */
async function expectSoundChain(storage: SyncStorage, partition: string): Promise<LogEntry[]> {
  const entries = await storage.logAfter(partition, 0, 10_000)
  let last = emptyLog
  for (const entry of entries) {
    expect([entry.position, entry.previousHash]).toEqual([last.position + 1, last.hash])
    expect(entry.hash).toBe(hashOfEntry(partition, entry))
    last = { position: entry.position, hash: entry.hash }
  }
  expect(await storage.logHead(partition)).toEqual(last)
  return entries
}

export function logContract(openStore: OpenStore): void {
  test('STORE-20 the journal is told of every commit, with the rows before, and its entries come back', async () => {
    const { storage } = await openStore({ journal: telling })
    const partition = newId()
    const first = thing(partition)
    await storage.transact(partition, async (tx) => tx.insert('things', [first]), author)
    await replace(storage, partition, changed(first, { kind: 'read before' }))
    const unread = changed(first, { kind: 'never read' })
    await storage.transact(partition, async (tx) => tx.replace('things', [unread]), author)
    const entries = await expectSoundChain(storage, partition)
    const none = { collection: 'things', inserted: [], replaced: [] }
    expect(entries.map(({ fields }) => fields)).toEqual([
      { at, who: 'a desk', said: [{ ...none, inserted: [first.id] }] },
      { at, who: null, said: [{ ...none, replaced: [['plain', 'read before']] }] },
      { at, who: 'a desk', said: [{ ...none, replaced: [['read before', 'never read']] }] },
    ])
    expect((await storage.logAfter(partition, 1, 1)).map(({ position }) => position)).toEqual([2])
  })

  test('STORE-20 the row before is as it was stored, whatever the caller does to what it read', async () => {
    const told: Commit[] = []
    const { storage } = await openStore({ journal: (commit) => (told.push(commit), [{ at }]) })
    const partition = newId()
    const first = thing(partition)
    await insert(storage, partition, first)
    await storage.transact(partition, async (tx) => {
      const stored = (await tx.read('things', [first.id])).get(first.id)
      if (!stored) throw new Error('not found')
      stored.document.kind = 'other'
      tx.replace('things', [{ ...first, document: stored.document }])
    })
    const [change] = told.at(-1)?.changes ?? []
    expect(change?.replaces[0]?.before.document.kind).toBe('plain')
  })

  test('STORE-21 a journal that throws undoes the write, and a rollback leaves no entry', async () => {
    let failing = ''
    const { storage } = await openStore({
      journal: () => {
        if (failing === 'journal') throw new Error('cannot say it')
        return [{ at }]
      },
      beforeCommit: async () => {
        if (failing === 'commit') throw new Error('power cut')
      },
    })
    const partition = newId()
    for (failing of ['journal', 'commit']) {
      await expect(insert(storage, partition, thing(partition))).rejects.toThrow()
      expect(await storage.changesAfter(partition, 'things', 0, 10)).toEqual([])
      expect(await expectSoundChain(storage, partition)).toEqual([])
      expect((await storage.head(partition)).seq).toBe(0)
    }
    failing = ''
    await insert(storage, partition, thing(partition))
    expect(await expectSoundChain(storage, partition)).toHaveLength(1)
  })

  test('STORE-22 entries of a transaction’s own need no row, take no number and call no listener', async () => {
    const { storage } = await openStore({ journal: telling })
    const partition = newId()
    const heard: string[] = []
    storage.onCommit((_, collections) => heard.push(...collections))
    await storage.transact(partition, async (tx) => tx.log({ at, looked: 1 }, { at, looked: 2 }), author)
    expect((await storage.head(partition)).seq).toBe(0)
    expect(heard).toEqual([])
    await storage.transact(partition, async (tx) => {
      tx.log({ at, looked: 3 })
      tx.insert('things', [thing(partition)])
    })
    const entries = await expectSoundChain(storage, partition)
    expect(entries.map(({ fields }) => fields.looked ?? 'rows')).toEqual([1, 2, 'rows', 3])
    expect((await storage.head(partition)).seq).toBe(1)
  })

  test('STORE-22 a store without a journal refuses entries, and keeps none for its rows', async () => {
    const { storage } = await openStore()
    const partition = newId()
    await expect(storage.transact(partition, async (tx) => tx.log({ at }))).rejects.toThrow('no journal')
    await insert(storage, partition, thing(partition))
    expect(await expectSoundChain(storage, partition)).toEqual([])
  })

  test(
    'STORE-23 two servers write at once: one chain without a gap, an entry for each commit',
    { timeout: 60_000 },
    async () => {
      const store = await openStore({ journal: telling, beforeCommit: () => sleep(Math.random() * 5) })
      const partition = newId()
      const written: string[] = []
      await Promise.all(
        [store.storage, store.otherServer].flatMap((server) =>
          Array.from({ length: 4 }, async () => {
            for (let round = 0; round < 3; round++) {
              const write = thing(partition)
              await insert(server, partition, write)
              written.push(write.id)
            }
          }),
        ),
      )
      const entries = await expectSoundChain(store.storage, partition)
      const logged = entries.flatMap(({ fields }) =>
        (fields.said as { inserted: string[] }[]).flatMap(({ inserted }) => inserted),
      )
      expect(logged.toSorted()).toEqual(written.toSorted())
      const rows = await store.storage.changesAfter(partition, 'things', 0, 100)
      expect(rows.map(({ id }) => id)).toEqual(logged)
    },
  )

  test('STORE-23 partitions have logs of their own', async () => {
    const { storage } = await openStore({ journal: telling })
    const [mine, theirs] = [newId(), newId()]
    await insert(storage, mine, thing(mine))
    await insert(storage, theirs, thing(theirs), thing(theirs))
    expect(await expectSoundChain(storage, mine)).toHaveLength(1)
    expect(await expectSoundChain(storage, theirs)).toHaveLength(1)
    expect(await storage.logAfter('not-a-partition', 0, 10)).toEqual([])
  })
}
