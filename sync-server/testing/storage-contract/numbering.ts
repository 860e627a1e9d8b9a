/** STORE-1 to STORE-3: numbers, what a reader sees of them, pages. */
import { expect, test } from 'vitest'
import { changed, insert, newId, replace, sleep, thing } from './contract-store.ts'
import type { OpenStore } from './contract-store.ts'

export function numberingContract(openStore: OpenStore): void {
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
    expect(await storage.transact(partition, async (tx) => (await tx.read('things', [newId()])).size)).toBe(0)
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
}
