/**
 * What every adapter of `SyncStorage` must keep, run unchanged on each. Only tests import it.
 * A harness gives a fresh, empty store with the collections `things` and `people`, whose documents have
 * `_id`, `ownerId` (the partition) and free fields; `kind` is the field for scopes.
 */
import { afterEach, describe, expect, test } from 'vitest'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import { DuplicateIds } from './storage.ts'
import type { QuarantineRow, StoreWrite, SyncStorage } from './storage.ts'

export interface ContractStore {
  readonly storage: SyncStorage
  /** Everything in quarantine, whatever the adapter's form. */
  quarantined(): Promise<readonly Pick<QuarantineRow, 'documentId' | 'hash'>[]>
  close(): Promise<void>
}

export interface ContractStoreOptions {
  readonly beforeCommit?: (partition: string) => Promise<void>
}

export type OpenContractStore = (options: ContractStoreOptions) => Promise<ContractStore>

let nextId = 1
const newId = () => (nextId++).toString(16).padStart(24, '0')
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const thing = (ownerId: string, fields: Partial<WireDocument> = {}): StoreWrite => {
  const id = newId()
  return { id, deleted: false, document: { _id: id, ownerId, kind: 'plain', ...fields } }
}
const changed = (write: StoreWrite, fields: Record<string, unknown>): StoreWrite => ({
  ...write,
  document: { ...write.document, ...fields },
})

export function storageContract(name: string, open: OpenContractStore): void {
  describe(`storage contract: ${name}`, () => {
    const opened: ContractStore[] = []
    const openStore = async (options: ContractStoreOptions = {}) => {
      const store = await open(options)
      opened.push(store)
      return store
    }
    const insert = (storage: SyncStorage, partition: string, ...writes: StoreWrite[]) =>
      storage.transact(partition, async (tx) => tx.insert('things', writes))
    const replace = (storage: SyncStorage, partition: string, ...writes: StoreWrite[]) =>
      storage.transact(partition, async (tx) => {
        await tx.read(
          'things',
          writes.map((write) => write.id),
        )
        tx.replace('things', writes)
      })
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((store) => store.close()))
    })

    test('STORE-1 numbers rows without a gap, in their order, across collections of one partition', async () => {
      const { storage } = await openStore()
      const partition = newId()
      await insert(storage, partition, thing(partition), thing(partition))
      await storage.transact(partition, async (tx) => {
        tx.insert('people', [thing(partition)])
        tx.insert('things', [thing(partition)])
      })
      const things = await storage.changesAfter(partition, 'things', 0, 10)
      const people = await storage.changesAfter(partition, 'people', 0, 10)
      expect(things.map((row) => row.seq)).toEqual([1, 2, 4])
      expect(people.map((row) => row.seq)).toEqual([3])
      expect((await storage.head(partition)).seq).toBe(4)
    })

    test('STORE-1 gives a replaced row a new number and keeps one row', async () => {
      const { storage } = await openStore()
      const partition = newId()
      const first = thing(partition)
      await insert(storage, partition, first, thing(partition))
      await replace(storage, partition, changed(first, { kind: 'other' }))
      const rows = await storage.changesAfter(partition, 'things', 0, 10)
      expect(rows.map((row) => row.seq)).toEqual([2, 3])
      expect(rows[1]?.document).toEqual({ ...first.document, kind: 'other' })
    })

    test('STORE-1 a transaction that writes nothing takes no number', async () => {
      const { storage } = await openStore()
      const partition = newId()
      const before = await storage.head(partition)
      expect(await storage.transact(partition, async (tx) => (await tx.read('things', [newId()])).size)).toBe(
        0,
      )
      expect(await storage.head(partition)).toEqual(before)
    })

    test('STORE-2 a reader misses no row while 16 writers commit late', { timeout: 60_000 }, async () => {
      const { storage } = await openStore({ beforeCommit: () => sleep(Math.random() * 8) })
      const partition = newId()
      const written: string[] = []
      let writing = true
      const reader = (async () => {
        const seen: number[] = []
        const ids: string[] = []
        for (let after = 0, idle = 0; writing || idle < 2;) {
          const rows = await storage.changesAfter(partition, 'things', after, 7)
          if (rows.length === 0) await sleep(1)
          idle = rows.length === 0 && !writing ? idle + 1 : 0
          for (const row of rows) {
            after = row.seq
            seen.push(row.seq)
            ids.push(row.id)
          }
        }
        return { seen, ids }
      })()
      await Promise.all(
        Array.from({ length: 16 }, async () => {
          for (let round = 0; round < 6; round++) {
            const batch = Array.from({ length: 1 + (round % 3) }, () => thing(partition))
            await insert(storage, partition, ...batch)
            written.push(...batch.map((write) => write.id))
          }
        }),
      )
      writing = false
      const { seen, ids } = await reader
      expect(seen).toEqual(Array.from({ length: written.length }, (_, i) => i + 1))
      expect(new Set(ids)).toEqual(new Set(written))
    })

    test('STORE-2 a row is not visible, nor its number, before its commit', async () => {
      let release = () => {}
      const held = new Promise<void>((resolve) => (release = resolve))
      const { storage } = await openStore({ beforeCommit: () => held })
      const partition = newId()
      const pending = insert(storage, partition, thing(partition))
      await sleep(50)
      expect(await storage.changesAfter(partition, 'things', 0, 10)).toEqual([])
      expect((await storage.head(partition)).seq).toBe(0)
      release()
      await pending
      expect(await storage.changesAfter(partition, 'things', 0, 10)).toHaveLength(1)
    })

    test('STORE-3 pages are full up to the limit, exactly', async () => {
      const { storage } = await openStore()
      const partition = newId()
      const all = Array.from({ length: 25 }, () => thing(partition))
      await insert(storage, partition, ...all)
      const lengths: number[] = []
      let after = 0
      do {
        const page = await storage.changesAfter(partition, 'things', after, 10)
        lengths.push(page.length)
        after = page.at(-1)?.seq ?? after
      } while (lengths.at(-1) === 10)
      expect(lengths).toEqual([10, 10, 5])
    })

    test('STORE-3 the scope is judged inside the page: a filtered page is still full', async () => {
      const { storage } = await openStore()
      const partition = newId()
      const kinds = ['guard', 'resident', 'resident', 'supervisor', 'resident']
      await insert(
        storage,
        partition,
        ...Array.from({ length: 50 }, (_, i) => thing(partition, { kind: kinds[i % 5] ?? '' })),
      )
      const scope = { field: 'kind', in: ['guard', 'supervisor'] }
      const first = await storage.changesAfter(partition, 'things', 0, 12, scope)
      const second = await storage.changesAfter(partition, 'things', first.at(-1)?.seq ?? 0, 12, scope)
      expect([first.length, second.length]).toEqual([12, 8])
      expect(new Set([...first, ...second].map((row) => row.document.kind))).toEqual(
        new Set(['guard', 'supervisor']),
      )
      expect(await storage.countLive(partition, 'things', scope)).toBe(20)
    })

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
      const inside = await storage.transact(mine, async (tx) => ({
        read: [...(await tx.read('things', [own.id, foreign.id])).keys()],
        elsewhere: await tx.idsElsewhere('things', [own.id, foreign.id, newId()]),
      }))
      expect(inside.read).toEqual([own.id])
      expect([...inside.elsewhere].filter((id) => id !== foreign.id)).toEqual([])
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

    test('STORE-5 an id that exists fails with DuplicateIds and leaves no trace', async () => {
      const { storage } = await openStore()
      const partition = newId()
      const known = thing(partition)
      await insert(storage, partition, known)
      const before = await storage.head(partition)
      const fresh = thing(partition)
      await expect(insert(storage, partition, fresh, changed(known, { kind: 'other' }))).rejects.toThrow(
        DuplicateIds,
      )
      expect(await storage.head(partition)).toEqual(before)
      expect((await storage.changesAfter(partition, 'things', 0, 10)).map((row) => row.id)).toEqual([
        known.id,
      ])
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
      const stop = storage.onCommit((committed, collections) => {
        expect([committed, collections]).toEqual([partition, ['things']])
        seen.push(storage.changesAfter(partition, 'things', 0, 10).then((rows) => rows.length))
      })
      await insert(storage, partition, thing(partition))
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

    test('STORE-8 tombstones are changes, are read, and are not counted as live', async () => {
      const { storage } = await openStore()
      const partition = newId()
      const gone = thing(partition)
      await insert(storage, partition, gone, thing(partition))
      await replace(storage, partition, { ...gone, deleted: true })
      const rows = await storage.changesAfter(partition, 'things', 2, 10)
      expect(rows).toEqual([{ id: gone.id, seq: 3, deleted: true, document: gone.document }])
      expect(await storage.countLive(partition, 'things')).toBe(1)
      expect((await storage.readMany(partition, 'things', [gone.id])).get(gone.id)?.deleted).toBe(true)
    })

    test('STORE-9 documents come back as they went in, and are the caller’s own', async () => {
      const { storage } = await openStore()
      const partition = newId()
      const write = thing(partition, {
        text: 'सुरेश 👮🏽 \u0001',
        at: 1_700_000_000_123,
        list: [{ at: 1_700_000_000_000, ref: newId(), name: 'a' }, { name: 'b' }],
        nested: { deep: { flag: false, none: null, number: -0.5 } },
        empty: {},
      })
      await insert(storage, partition, write)
      const [row] = await storage.changesAfter(partition, 'things', 0, 1)
      expect(row?.document).toEqual(write.document)
      if (row) row.document.text = 'changed by the caller'
      const [again] = await storage.changesAfter(partition, 'things', 0, 1)
      expect(again?.document.text).toBe(write.document.text)
    })

    test('STORE-9 ids in no form of the store are not found, without an error', async () => {
      const { storage } = await openStore()
      const odd = ['', 'x', '$where', '0'.repeat(64), '__proto__']
      expect((await storage.readMany(newId(), 'things', odd)).size).toBe(0)
      expect(await storage.changesAfter('not-a-partition', 'things', 0, 10)).toEqual([])
      expect(await storage.countLive('not-a-partition', 'things')).toBe(0)
    })

    test('STORE-10 quarantine keeps a row once, however often it is sent', async () => {
      const { storage, quarantined } = await openStore()
      const row: QuarantineRow = {
        partition: newId(),
        collection: 'things',
        documentId: newId(),
        hash: 'a'.repeat(64),
        document: JSON.parse('{"_id":{"$gt":""},"__proto__":{"x":1},"a.b":{"$where":"1"}}'),
        error: { code: 'invalid_document', field: 'phone', message: 'is missing' },
        source: newId(),
        at: 1_700_000_000_000,
      }
      await storage.quarantine(row)
      await Promise.all([storage.quarantine(row, { ...row, hash: 'b'.repeat(64) }), storage.quarantine(row)])
      await storage.quarantine()
      expect((await quarantined()).map((kept) => kept.hash).sort()).toEqual([row.hash, 'b'.repeat(64)])
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
  })
}
