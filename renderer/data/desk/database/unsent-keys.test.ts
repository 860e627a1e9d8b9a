import 'fake-indexeddb/auto'
import { Dexie } from 'dexie'
import { afterEach, describe, expect, it } from 'vitest'
import { documentKey } from '../desk-store.ts'
import type { UnsentDocument } from '../desk-store.ts'
import { createUnsentKeys } from './unsent-keys.ts'
import type { UnsentKeys } from './unsent-keys.ts'

const row = (documentId: string): UnsentDocument => ({
  key: documentKey('visitors', documentId),
  collection: 'visitors',
  documentId,
  since: 5,
})

let open: Dexie[] = []

/** As RxDB opens the database of a collection. */
async function openAsRxdb(keys: UnsentKeys, name: string, version = 0): Promise<Dexie> {
  const database = new Dexie(`rxdb-dexie-${name}--${version}--visitors`)
  keys.onCreate(database, database.name)
  database.version(1).stores({ docs: '_id', changes: '++sequence, id', attachments: 'id' })
  await database.open()
  open.push(database)
  return database
}

const keysOf = (name: string, version = 0): UnsentKeys =>
  createUnsentKeys(name, [{ name: 'visitors', version }])

const put = (database: Dexie, ...ids: string[]): Promise<unknown> =>
  database.transaction('rw', database.table('docs'), database.table('attachments'), () =>
    database.table('docs').bulkPut(ids.map((_id) => ({ _id }))),
  )

afterEach(() => {
  for (const database of open) database.close()
  open = []
})

describe('keys beside their documents', () => {
  it('P1 puts a declared key by its document’s own transaction, and no other', async () => {
    const keys = keysOf('beside')
    const database = await openAsRxdb(keys, 'beside')
    await put(database, 'pulled')
    const declared = keys.declare([row('a'), row('b')])
    await put(database, 'a', 'pulled too')
    expect(declared.left()).toEqual([row('b')])
    declared.end()
    await put(database, 'b')
    expect(await keys.load()).toEqual([row('a')])
  })

  it('P1 keeps neither document nor key where one of them is refused', async () => {
    const keys = keysOf('refused')
    const database = await openAsRxdb(keys, 'refused')
    const refuse = (): never => {
      throw new Error('QuotaExceededError')
    }
    for (const table of ['docs', 'unsent']) {
      database.table(table).hook('creating', refuse)
      const declared = keys.declare([row('a')])
      await expect(put(database, 'a'), table).rejects.toThrow('QuotaExceededError')
      declared.end()
      database.table(table).hook('creating').unsubscribe(refuse)
      expect(await keys.load(), table).toEqual([])
      expect(await database.table('docs').count(), table).toBe(0)
    }
  })

  it('P1 leaves a write alone that began before the declaration, and says that the key is left', async () => {
    const keys = keysOf('early')
    const database = await openAsRxdb(keys, 'early')
    const [declared] = await database.transaction('rw', database.table('docs'), async () => {
      await database.table('docs').get('a')
      const made = keys.declare([row('a')])
      await database.table('docs').put({ _id: 'a' })
      return [made]
    })
    expect(declared.left()).toEqual([row('a')])
    expect(await database.table('docs').count()).toBe(1)
  })

  it('takes keys off, over a restart too', async () => {
    const keys = keysOf('off')
    const database = await openAsRxdb(keys, 'off')
    keys.declare([row('a'), row('b')])
    await put(database, 'a', 'b')
    await keys.remove('visitors', ['a', 'unknown'])
    expect(await keys.load()).toEqual([row('b')])
    database.close()
    const again = keysOf('off')
    await openAsRxdb(again, 'off')
    expect(await again.load()).toEqual([row('b')])
    await again.remove('visitors', ['b'])
    expect(await again.load()).toEqual([])
  })

  it('P1 opens a desk from before there were keys, with its documents', async () => {
    const before = new Dexie('rxdb-dexie-before--0--visitors')
    before.version(1).stores({ docs: '_id', changes: '++sequence, id', attachments: 'id' })
    await before.table('docs').put({ _id: 'old' })
    before.close()
    const keys = keysOf('before')
    const database = await openAsRxdb(keys, 'before')
    expect(await keys.load()).toEqual([])
    keys.declare([row('a')])
    await put(database, 'a')
    expect(await database.table('docs').toCollection().primaryKeys()).toEqual(['a', 'old'])
    expect(await keys.load()).toEqual([row('a')])
  })

  it('P1 takes the keys along when a new version of the collection moves to a new database', async () => {
    const old = keysOf('moved')
    const database = await openAsRxdb(old, 'moved')
    old.declare([row('a')])
    await put(database, 'a')
    database.close()
    const next = keysOf('moved', 1)
    await openAsRxdb(next, 'moved', 1)
    expect(await next.load()).toEqual([row('a')])
    // What has arrived since does not come back from the old one.
    await next.remove('visitors', ['a'])
    expect(await next.load()).toEqual([])
  })
})
