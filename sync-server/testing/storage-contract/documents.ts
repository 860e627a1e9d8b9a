/** STORE-8 to STORE-10: what a row looks like when it comes back, and what is refused. */
import { expect, test } from 'vitest'
import type { QuarantineRow } from '../../storage/storage.ts'
import { insert, newId, replace, thing } from './contract-store.ts'
import type { OpenStore } from './contract-store.ts'

export function documentsContract(openStore: OpenStore): void {
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
}
