/** STORE-25: pages of a partition's live rows, with conditions, in an order that goes on while others write. */
import { expect, test } from 'vitest'
import type { PageQuery } from '../../storage/pages.ts'
import type { StoredDocument, SyncStorage } from '../../storage/storage.ts'
import { changed, insert, newId, replace, thing } from './contract-store.ts'
import type { OpenStore } from './contract-store.ts'

const start = 1_700_000_000_000
const byTime = { field: 'at', direction: 1 } as const

/** All pages; `meanwhile` runs after each. */
async function readAll(
  storage: SyncStorage,
  partition: string,
  query: PageQuery,
  meanwhile: (page: number) => Promise<void> = async () => {},
): Promise<StoredDocument[]> {
  const all: StoredDocument[] = []
  let asked = query
  for (let page = 0; ; page += 1) {
    const rows = await storage.page(partition, 'things', asked)
    all.push(...rows)
    const last = rows.at(-1)
    if (!last || rows.length < query.limit) return all
    asked = { ...query, after: { value: last.document[query.sort.field] as number, id: last.id } }
    await meanwhile(page)
  }
}

export function pagesContract(openStore: OpenStore): void {
  test('STORE-25 conditions by operator, in the type of the field, within one partition', async () => {
    const { storage } = await openStore()
    const [mine, theirs] = [newId(), newId()]
    const things = [1, 2, 3].map((count) =>
      thing(mine, { count, at: start + count, list: [{ at: 1 }], tags: ['x', `t${count}`], flag: count > 1 }),
    )
    const bare = thing(mine, { at: start })
    await insert(storage, mine, ...things, bare)
    await insert(storage, theirs, thing(theirs, { count: 2, at: start + 2 }))
    const found = async (...conditions: PageQuery['conditions']) =>
      (await storage.page(mine, 'things', { conditions, sort: byTime, limit: 9 })).map(
        ({ document }) => document['count'],
      )
    expect(await found()).toEqual([undefined, 1, 2, 3])
    expect(await found({ field: 'count', operator: 'in', values: [1, 3, 4] })).toEqual([1, 3])
    expect(await found({ field: 'tags', operator: 'in', values: ['t2'] })).toEqual([2])
    expect(await found({ field: 'at', operator: 'gt', value: start + 1 })).toEqual([2, 3])
    expect(await found({ field: 'at', operator: 'lte', value: start + 1 })).toEqual([undefined, 1])
    expect(
      await found(
        { field: 'count', operator: 'gte', value: 2 },
        { field: 'count', operator: 'lt', value: 3 },
      ),
    ).toEqual([2])
    expect(await found({ field: 'count', operator: 'exists', value: false })).toEqual([undefined])
    expect(await found({ field: 'flag', operator: 'in', values: [true] })).toEqual([2, 3])
    expect(await found({ field: '_id', operator: 'in', values: [bare.id, 'x'] })).toEqual([undefined])
    expect(await found({ field: '_id', operator: 'in', values: ['x'] })).toEqual([])
    expect(
      await storage.page('not-a-partition', 'things', { conditions: [], sort: byTime, limit: 1 }),
    ).toEqual([])
  })

  test('STORE-25 only the fields that were asked for, with the number; tombstones are left out', async () => {
    const { storage } = await openStore()
    const partition = newId()
    const [kept, gone] = [thing(partition, { at: start, name: 'a' }), thing(partition, { at: start })]
    await insert(storage, partition, kept, gone)
    await replace(storage, partition, { ...gone, deleted: true })
    const query = { conditions: [], sort: byTime, limit: 9 }
    expect(await storage.page(partition, 'things', { ...query, only: ['name'] })).toEqual([
      { id: kept.id, seq: 1, deleted: false, document: { _id: kept.id, name: 'a' } },
    ])
    const [whole] = await storage.page(partition, 'things', query)
    expect(whole?.document).toEqual(kept.document)
  })

  test.each([1, -1] as const)(
    'STORE-25 each row once in order (direction %i), where many have one value and pages end among them',
    async (direction) => {
      const { storage } = await openStore()
      const partition = newId()
      const values = [5, 1, 3, 3, 3, 1, 3, 2, 5, 3, 3]
      const things = values.map((value) => thing(partition, { at: start + value }))
      await insert(storage, partition, ...things.toReversed())
      const expected = things
        .map(({ id, document }) => ({ id, at: Number(document['at']) }))
        .toSorted((a, b) => direction * (a.at - b.at) || (a.id < b.id ? -1 : 1))
        .map(({ id }) => id)
      for (const limit of [1, 2, 3, 4, 11, 12]) {
        const query = { conditions: [], sort: { field: 'at', direction }, limit }
        const all = await readAll(storage, partition, query)
        expect(
          all.map(({ id }) => id),
          `pages of ${limit}`,
        ).toEqual(expected)
      }
    },
  )

  test('STORE-25 what was there is met once while rows are added, removed and changed', async () => {
    const { storage } = await openStore()
    const partition = newId()
    const things = Array.from({ length: 30 }, (_none, index) =>
      thing(partition, { at: start + (index % 7), note: 'old' }),
    )
    await insert(storage, partition, ...things)
    const [removed, ...stay] = things.toReversed()
    const meanwhile = async (page: number) => {
      await insert(storage, partition, ...[0, 3, 6].map((value) => thing(partition, { at: start + value })))
      await replace(storage, partition, changed(stay[page] ?? things[0]!, { note: 'new' }))
      if (page === 0 && removed) await replace(storage, partition, { ...removed, deleted: true })
    }
    const query = { conditions: [], sort: byTime, limit: 4 }
    const ids = (await readAll(storage, partition, query, meanwhile)).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(stay.filter(({ id }) => !ids.includes(id))).toEqual([])
  })
}
