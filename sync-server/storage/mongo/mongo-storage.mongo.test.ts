import { randomBytes } from 'node:crypto'
import { ObjectId } from 'mongodb'
import type { MongoClient } from 'mongodb'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { storageContract } from '../../testing/storage-contract/storage-contract.ts'
import { RowsRefused, StoreUnavailable } from '../storage.ts'
import { connectToMongo } from './connect.ts'
import { storageLayouts } from './layout.ts'
import type { CollectionLayout, ReplicatedLayout } from './layout.ts'
import { createMongoStorage } from './mongo-storage.ts'
import { setUpCollections } from './set-up-collections.ts'
import { startNewHistory } from './sync-heads.ts'

const mongoUrl = process.env.MONGODB_TEST_URL ?? ''
const replicated: readonly ReplicatedLayout[] = ['things', 'people'].map((name) => ({
  name,
  partitionField: 'ownerId',
  bsonPaths: [
    { path: ['_id'], bson: 'objectId' },
    { path: ['ownerId'], bson: 'objectId' },
    { path: ['at'], bson: 'date' },
    { path: ['list', '[]', 'at'], bson: 'date' },
    { path: ['list', '[]', 'ref'], bson: 'objectId' },
  ],
}))
const logLayout: ReplicatedLayout = {
  name: 'log',
  partitionField: 'ownerId',
  bsonPaths: [
    { path: ['ownerId'], bson: 'objectId' },
    { path: ['at'], bson: 'date' },
  ],
}
const layouts: readonly CollectionLayout[] = [
  ...storageLayouts,
  {
    name: 'things',
    validator: { $jsonSchema: { properties: { forbidden: { bsonType: 'string', maxLength: 3 } } } },
    indexes: [
      { name: 'changes', key: { ownerId: 1, _seq: 1 } },
      {
        name: 'phone',
        key: { ownerId: 1, phone: 1 },
        unique: true,
        partialFilterExpression: { phone: { $exists: true } },
      },
    ],
  },
  { name: 'people', indexes: [{ name: 'changes', key: { ownerId: 1, _seq: 1 } }] },
  { name: 'log', indexes: [{ name: 'position', key: { ownerId: 1, position: 1 }, unique: true }] },
]

let client: MongoClient
beforeAll(async () => {
  client = await connectToMongo(mongoUrl)
})
afterAll(() => client.close())

async function openDatabase() {
  const db = client.db(`chowki-storage-${randomBytes(6).toString('hex')}`)
  await setUpCollections(db, layouts)
  return db
}

storageContract('mongo', async (options) => {
  const db = await openDatabase()
  const { journal, ...rest } = options
  const log = journal && { layout: logLayout, journal }
  const open = () =>
    createMongoStorage({ client, db, collections: replicated, ...rest, ...(log ? { log } : {}) })
  return {
    storage: open(),
    otherServer: open(),
    quarantined: () => db.collection<{ documentId: string; hash: string }>('quarantine').find().toArray(),
    close: async () => void (await db.dropDatabase()),
  }
})

const newId = () => new ObjectId().toHexString()
const write = (ownerId: string, fields: Record<string, unknown> = {}) => {
  const _id = newId()
  return { id: _id, deleted: false, document: { _id, ownerId, ...fields } }
}

test(
  'STORE-2 several servers on one partition number without a gap and a reader misses nothing',
  { timeout: 60_000 },
  async () => {
    const db = await openDatabase()
    const delay = () => new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 10))
    const servers = Array.from({ length: 4 }, () =>
      createMongoStorage({ client, db, collections: replicated, beforeCommit: delay }),
    )
    const partition = newId()
    let writing = true
    const reader = (async () => {
      const seqs: number[] = []
      for (let idle = 0; writing || idle < 2;) {
        const rows = (await servers[0]?.changesAfter(partition, 'things', seqs.at(-1) ?? 0, 5)) ?? []
        idle = rows.length === 0 && !writing ? idle + 1 : 0
        seqs.push(...rows.map((row) => row.seq))
      }
      return seqs
    })()
    await Promise.all(
      servers.map(async (server) => {
        for (let i = 0; i < 10; i++) {
          await server.transact(partition, async (tx) =>
            tx.insert('things', [write(partition), write(partition)]),
          )
        }
      }),
    )
    writing = false
    expect(await reader).toEqual(Array.from({ length: 80 }, (_, i) => i + 1))
    await db.dropDatabase()
  },
)

test('STORE-7 a commit of another server on the same database is heard, an own one once', async () => {
  const db = await openDatabase()
  const [one, two] = [1, 2].map(() => createMongoStorage({ client, db, collections: replicated }))
  if (!one || !two) throw new Error('two servers')
  const partition = newId()
  const heard: string[] = []
  const stops = [
    one.onCommit((where, names) => heard.push(`one ${where === partition} ${names.join()}`)),
    two.onCommit((where, names) => heard.push(`two ${where === partition} ${names.join()}`)),
  ]
  // A change stream tells of what comes after it was opened.
  await vi.waitFor(
    async () => {
      await one.transact(partition, async (tx) => tx.insert('people', [write(partition)]))
      expect(heard).toContain('two true people')
    },
    { timeout: 10_000, interval: 200 },
  )
  heard.length = 0
  await one.transact(partition, async (tx) => tx.insert('things', [write(partition)]))
  await vi.waitFor(() => expect(heard).toContain('two true things'), { timeout: 5_000 })
  expect(heard.filter((line) => line === 'one true things')).toHaveLength(1)
  stops.forEach((stop) => stop())
  await db.dropDatabase()
})

test('STORE-9 ids and times are kept as BSON types, also inside lists', async () => {
  const db = await openDatabase()
  const storage = createMongoStorage({ client, db, collections: replicated })
  const partition = newId()
  const row = write(partition, { at: 1_700_000_000_000, list: [{ at: 1_700_000_000_001, ref: newId() }] })
  await storage.transact(partition, async (tx) => tx.insert('things', [row]))
  const stored = await db.collection('things').findOne({})
  expect(stored?._id).toBeInstanceOf(ObjectId)
  expect(stored?.ownerId).toBeInstanceOf(ObjectId)
  expect(stored?.at).toEqual(new Date(1_700_000_000_000))
  expect(stored?.list[0].at).toEqual(new Date(1_700_000_000_001))
  expect(stored?.list[0].ref).toBeInstanceOf(ObjectId)
  expect([stored?._seq, stored?._deleted]).toEqual([1, false])
  await db.dropDatabase()
})

test('STORE-12 the store’s own rules name the row that they refuse', async () => {
  const db = await openDatabase()
  const storage = createMongoStorage({ client, db, collections: replicated })
  const partition = newId()
  const first = write(partition, { phone: '1' })
  const other = write(partition, { phone: '2' })
  const transact = (work: Parameters<typeof storage.transact>[1]) => storage.transact(partition, work)
  await transact(async (tx) => tx.insert('things', [first, other]))

  const twin = write(partition, { phone: '1' })
  const insertTwin = transact(async (tx) => tx.insert('things', [write(partition), twin, write(partition)]))
  await expect(insertTwin).rejects.toMatchObject({
    name: 'RowsRefused',
    refusals: [{ id: twin.id, rule: 'unique', field: 'phone' }],
  })

  const replaceByTwin = transact(async (tx) =>
    tx.replace('things', [{ ...other, document: { ...other.document, phone: '1' } }]),
  )
  await expect(replaceByTwin).rejects.toMatchObject({
    refusals: [{ id: other.id, rule: 'unique', field: 'phone' }],
  })

  const misfit = write(partition, { forbidden: 'too long' })
  const insertMisfit = transact(async (tx) => tx.insert('things', [write(partition), misfit]))
  await expect(insertMisfit).rejects.toBeInstanceOf(RowsRefused)
  await expect(insertMisfit).rejects.toMatchObject({ refusals: [{ id: misfit.id, rule: 'validator' }] })
  expect((await storage.head(partition)).seq).toBe(2)
  await db.dropDatabase()
})

test('STORE-13 a restored database starts a new history', async () => {
  const db = await openDatabase()
  const storage = createMongoStorage({ client, db, collections: replicated })
  const partition = newId()
  await storage.transact(partition, async (tx) => tx.insert('things', [write(partition)]))
  const before = await storage.head(partition)
  expect(await startNewHistory(db)).toBe(1)
  const after = await storage.head(partition)
  expect(after.lineage).not.toBe(before.lineage)
  expect(after.seq).toBe(before.seq)
  await db.dropDatabase()
})

test('STORE-14 a database that is gone is reported as unavailable, within its time-out', async () => {
  const lost = await connectToMongo(mongoUrl, {})
  const storage = createMongoStorage({ client: lost, db: lost.db('chowki-lost'), collections: replicated })
  await lost.close()
  const partition = newId()
  await expect(storage.head(partition)).rejects.toBeInstanceOf(StoreUnavailable)
  await expect(storage.transact(partition, async () => 1)).rejects.toBeInstanceOf(StoreUnavailable)
})

test('STORE-18 the live are counted anew after each commit of whichever server, and not before', async () => {
  const watched = await connectToMongo(mongoUrl, { monitorCommands: true })
  const db = await openDatabase()
  const open = () =>
    createMongoStorage({ client: watched, db: watched.db(db.databaseName), collections: replicated })
  const [storage, other] = [open(), open()]
  let countings = 0
  watched.on('commandStarted', ({ commandName }) => void (commandName === 'aggregate' && (countings += 1)))
  const partition = newId()
  const gone = write(partition)
  const count = () => storage.countLive(partition, 'things')

  expect(await count()).toBe(0)
  await storage.transact(partition, async (tx) => tx.insert('things', [gone, write(partition)]))
  expect([await count(), await count(), await count()]).toEqual([2, 2, 2])
  expect(countings).toBe(2)
  expect(await storage.countLive(partition, 'people')).toBe(0)
  await other.transact(partition, async (tx) => tx.insert('things', [write(partition)]))
  expect(await count()).toBe(3)
  await other.transact(partition, async (tx) => {
    await tx.read('things', [gone.id])
    tx.replace('things', [{ ...gone, deleted: true }])
  })
  expect(await count()).toBe(2)
  await db.dropDatabase()
  await watched.close()
})

test('STORE-15 setting up twice, and by two servers at once, changes nothing; changed indexes are rebuilt', async () => {
  const db = client.db(`chowki-storage-${randomBytes(6).toString('hex')}`)
  await Promise.all([setUpCollections(db, layouts), setUpCollections(db, layouts)])
  await setUpCollections(db, layouts)
  await setUpCollections(db, [
    { name: 'people', indexes: [{ name: 'changes', key: { ownerId: 1, _seq: 1, extra: 1 } }] },
  ])
  const indexes = await db.collection('people').indexes()
  expect(indexes.find((index) => index.name === 'changes')?.key).toEqual({ ownerId: 1, _seq: 1, extra: 1 })
  await db.dropDatabase()
})
