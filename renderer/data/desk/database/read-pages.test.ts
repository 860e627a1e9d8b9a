import 'fake-indexeddb/auto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deriveDeskKeys } from '../keys/desk-keys.ts'
import { start, visitor } from '../../../testing/desk/sample-documents.ts'
import type { KioskDatabase } from './kiosk-collections.ts'
import { openDatabase } from './open-database.ts'
import { preparePage, readPages } from './read-pages.ts'

let database: KioskDatabase
const total = 95

beforeAll(async () => {
  database = await openDatabase({
    name: 'pages',
    keys: await deriveDeskKeys(new Uint8Array(32)),
    onUnreadable: () => undefined,
  })
  // Thirty of them at one moment, more than a page holds.
  const rows = Array.from({ length: total }, (_, n) => visitor(n, { updatedAt: start + (n < 30 ? 0 : n) }))
  await database.visitors.bulkInsert(rows)
})
afterAll(() => database.close())

const read = async (options: { limit?: number; signal?: AbortSignal; onPage?: () => void } = {}) => {
  const ids: string[] = []
  const { onPage, signal = new AbortController().signal, ...rest } = options
  await readPages(database.visitors, { indexedBy: 'updatedAt', pageSize: 10, signal, ...rest }, (page) => {
    ids.push(...page.map((row) => row._id))
    onPage?.()
  })
  return ids
}

describe('reading in pages', () => {
  it('reads everything once and in order, also where many share one key', async () => {
    const ids = await read()
    expect(ids).toHaveLength(total)
    expect(new Set(ids).size).toBe(total)
    expect(ids.slice(30)).toEqual(Array.from({ length: total - 30 }, (_, n) => visitor(n + 30)._id))
  })

  it('reads no further than the index says, which at 100,000 documents is the difference', () => {
    const { queryPlan } = preparePage(database.visitors, 'updatedAt', 0, 10)
    expect(queryPlan).toMatchObject({
      index: ['_deleted', 'updatedAt', '_id'],
      sortSatisfiedByIndex: true,
      selectorSatisfiedByIndex: true,
    })
  })

  it('stops at its limit and at a signal, and leaves out what was deleted', async () => {
    expect((await read({ limit: 40 })).length).toBeLessThan(total)
    const abort = new AbortController()
    expect(await read({ signal: abort.signal, onPage: () => abort.abort() })).toHaveLength(10)
    await (await database.visitors.findOne(visitor(50)._id).exec(true)).remove()
    expect(await read()).toHaveLength(total - 1)
  })
})
