import 'fake-indexeddb/auto'
import { Dexie } from 'dexie'
import { afterEach, describe, expect, it } from 'vitest'
import { deriveDeskKeys } from '../keys/desk-keys.ts'
import { createUpToDate } from './encrypted-storage.ts'
import type { UnreadableRow } from './encrypted-storage.ts'
import type { KioskDatabase, LocalVisitor } from './kiosk-collections.ts'
import { openDatabase, transactionDurability } from './open-database.ts'
import { preparePage } from './read-pages.ts'

const visitor = (n: number, name: string): LocalVisitor => ({
  _id: n.toString(16).padStart(24, '0'),
  societyId: 'a'.repeat(24),
  name,
  phone: `+9198450${String(10_000 + n)}`,
  phoneIndex: `index${n}`,
  createdAt: 1_790_000_000_000,
  updatedAt: 1_790_000_000_000 + n,
})

const dataKey = new Uint8Array(32).fill(7)
let open: KioskDatabase[] = []
const unreadable: UnreadableRow[] = []

async function openNamed(name: string, key = dataKey): Promise<KioskDatabase> {
  const database = await openDatabase({
    name,
    keys: await deriveDeskKeys(key),
    onUnreadable: (row) => unreadable.push(row),
  })
  open.push(database)
  return database
}

/** The rows as they lie on the disk. */
async function rawTable(name: string, collection: string) {
  const database = new Dexie(`rxdb-dexie-${name}--0--${collection}`)
  await database.open()
  return { table: database.table('docs'), close: () => database.close() }
}

afterEach(async () => {
  await Promise.all(open.map((database) => database.close()))
  open = []
  unreadable.length = 0
})

describe('encrypted storage', () => {
  it('P7 leaves no personal field readable on the disk, and gives it back to queries', async () => {
    const database = await openNamed('p7')
    await database.visitors.insert(visitor(1, 'Ravi Kumar'))
    const raw = await rawTable('p7', 'visitors')
    const rows = JSON.stringify(await raw.table.toArray())
    raw.close()
    expect(rows).not.toContain('Ravi')
    expect(rows).not.toContain('9845010001')
    expect(rows).toContain('index1')
    const found = await database.visitors.findOne({ selector: { phoneIndex: 'index1' } }).exec()
    expect(found?.toJSON()).toEqual(visitor(1, 'Ravi Kumar'))
  })

  it('P1 reports a row that was tampered with, and goes on with the others', async () => {
    const database = await openNamed('tampered')
    await database.visitors.bulkInsert([visitor(1, 'Ravi'), visitor(2, 'Asha'), visitor(3, 'Tara')])
    await database.close()
    const raw = await rawTable('tampered', 'visitors')
    const row: Record<string, unknown> = await raw.table.get(visitor(2, '')._id)
    const sealed = String(row['sealed'])
    await raw.table.put({ ...row, sealed: (sealed.startsWith('A') ? 'B' : 'A') + sealed.slice(1) })
    raw.close()

    const again = await openNamed('tampered')
    const names = (await again.visitors.find().exec()).map((found) => found.name)
    expect(names.sort()).toEqual(['Ravi', 'Tara'])
    expect(unreadable.map(({ collection, documentId }) => [collection, documentId])).toContainEqual([
      'visitors',
      visitor(2, '')._id,
    ])
    expect(JSON.stringify(unreadable)).not.toContain('Asha')
  })

  it('P7 does not open a sealed part that was moved to another row', async () => {
    const database = await openNamed('moved')
    await database.visitors.bulkInsert([visitor(1, 'Ravi'), visitor(2, 'Asha')])
    await database.close()
    const raw = await rawTable('moved', 'visitors')
    const [first, second] = [await raw.table.get(visitor(1, '')._id), await raw.table.get(visitor(2, '')._id)]
    await raw.table.put({ ...first, sealed: second.sealed })
    raw.close()
    const again = await openNamed('moved')
    expect((await again.visitors.find().exec()).map((found) => found.name)).toEqual(['Asha'])
  })

  it('P1 lets the server’s copy replace a row that no longer opens', async () => {
    const database = await openNamed('healed')
    await database.visitors.insert(visitor(1, 'Ravi'))
    await database.close()
    const raw = await rawTable('healed', 'visitors')
    await raw.table.update(visitor(1, '')._id, { sealed: 'AAAA' })
    raw.close()
    const again = await openNamed('healed')
    const fromServer = {
      ...visitor(1, 'Ravi'),
      _deleted: false,
      _meta: { lwt: 1 },
      _rev: '1-x',
      _attachments: {},
    }
    const { error } = await again.visitors.storageInstance.bulkWrite([{ document: fromServer }], 'test')
    expect(error).toEqual([])
    expect((await again.visitors.findOne(visitor(1, '')._id).exec())?.name).toBe('Ravi')
  })

  it('P1 writes and reads a page that is several transactions, and names each refused row', async () => {
    const database = await openNamed('page')
    const known = [visitor(3, 'Known 3'), visitor(440, 'Known 440')]
    await database.visitors.bulkInsert(known)
    const page = Array.from({ length: 450 }, (_, n) => visitor(n, `Visitor ${n}`))
    const { success, error } = await database.visitors.bulkInsert(page)
    expect(success).toHaveLength(448)
    expect(error.map(({ status, documentId }) => [status, documentId])).toEqual(
      known.map(({ _id }) => [409, _id]),
    )
    const found = await database.visitors.storageInstance.findDocumentsById(
      page.map(({ _id }) => _id),
      false,
    )
    expect(new Map(found.map(({ _id, name }) => [_id, name]))).toEqual(
      new Map([...page, ...known].map(({ _id, name }) => [_id, name])),
    )
  })

  it('P4 misses no write in a live list that was told while the list was being opened', async () => {
    const database = await openNamed('overtaken')
    const { visitors } = database
    await visitors.bulkInsert(Array.from({ length: 300 }, (_, n) => visitor(n, `Visitor ${n}`)))
    const told = new Set<string>()
    const watching = visitors.$.subscribe((event) => told.add(event.documentId))
    const query = preparePage(visitors, 'updatedAt', 0, 1_000)
    for (let n = 300; n < 310; n += 1) {
      const reading = visitors.storageInstance.query(query).then(({ documents }) => {
        const seen = new Set(documents.map(({ _id }) => _id))
        return [...told].filter((id) => !seen.has(id))
      })
      await visitors.insert(visitor(n, `Visitor ${n}`))
      expect(await reading).toEqual([])
    }
    watching.unsubscribe()
  })

  it('tells quick writes of one document in the order they were made', async () => {
    const database = await openNamed('order')
    const document = await database.visitors.insert(visitor(1, 'n0'))
    const told: string[] = []
    const watching = database.visitors.$.subscribe((event) => told.push(event.documentData.name))
    const writes = Array.from({ length: 20 }, (_, n) => document.incrementalPatch({ name: `n${n + 1}` }))
    await Promise.all(writes)
    watching.unsubscribe()
    expect(told.at(-1)).toBe('n20')
    expect([...told].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))).toEqual(told)
  })

  it('refuses a document that its schema does not allow, in the write path', async () => {
    const database = await openNamed('invalid')
    const write = database.visitors.insert({ ...visitor(1, 'Ravi'), phone: 'not a phone' })
    await expect(write).rejects.toMatchObject({ code: 'VD2' })
    const unindexed: Partial<LocalVisitor> = visitor(2, 'Asha')
    delete unindexed.phoneIndex
    await expect(database.visitors.insert(unindexed as LocalVisitor)).rejects.toMatchObject({ code: 'VD2' })
    expect(await database.visitors.count().exec()).toBe(0)
  })

  it('P1 opens every collection with strict durability', async () => {
    const database = await openNamed('strict')
    expect(transactionDurability).toBe('strict')
    for (const collection of Object.values(database.collections)) {
      const internals = (await collection.storageInstance.internals) as {
        dexieDb: { _options: { chromeTransactionDurability?: string } }
      }
      expect(internals.dexieDb._options.chromeTransactionDurability).toBe('strict')
    }
  })

  it('holds ten collections, within what one page may open', async () => {
    const database = await openNamed('count')
    expect(Object.keys(database.collections)).toHaveLength(10)
  })
})

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))

describe('reads beside writes', () => {
  it('P4 makes a read again that a write has overtaken', async () => {
    const upToDate = createUpToDate()
    const rows = ['first']
    const read = upToDate.read(async () => {
      const seen = [...rows]
      await turn()
      return seen
    })
    await upToDate.write(async () => {
      rows.push('second')
      upToDate.told()
    })
    expect(await read).toEqual(['first', 'second'])
  })

  it('P4 lets writes wait for one read where they come without end', async () => {
    const upToDate = createUpToDate()
    let rows = 0
    let isOver = false
    const writing = (async () => {
      while (!isOver) {
        await upToDate.write(async () => {
          rows += 1
          upToDate.told()
        })
        await turn()
      }
    })()
    const seen = await upToDate.read(async () => {
      const before = rows
      for (let n = 0; n < 5; n += 1) await turn()
      return { before, after: rows }
    })
    expect(seen.before).toBe(seen.after)
    const then = rows
    await turn()
    await turn()
    isOver = true
    await writing
    expect(rows).toBeGreaterThan(then)
  })

  it('goes on after a read or a write that fails', async () => {
    const upToDate = createUpToDate()
    const fail = (): Promise<never> => Promise.reject(new Error('disk'))
    await expect(upToDate.read(fail)).rejects.toThrow('disk')
    await expect(upToDate.write(fail)).rejects.toThrow('disk')
    expect(await upToDate.read(() => Promise.resolve(1))).toBe(1)
    expect(await upToDate.write(() => Promise.resolve(2))).toBe(2)
  })
})
