/** What a transaction sends to MongoDB, counted command by command. */
import { randomBytes } from 'node:crypto'
import { ObjectId } from 'mongodb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { push } from '../../sync/server/push.ts'
import type { ReplicatedCollection } from '../../sync/replicated-collection.ts'
import { DuplicateIds, RowsRefused, StoreUnavailable } from '../storage.ts'
import type { StoreWrite, SyncStorage } from '../storage.ts'
import { connectToMongo } from './connect.ts'
import { storageLayouts } from './layout.ts'
import type { ReplicatedLayout } from './layout.ts'
import { createMongoStorage } from './mongo-storage.ts'
import { setUpCollections } from './set-up-collections.ts'

const layoutOf = (name: string): ReplicatedLayout => ({
  name,
  partitionField: 'ownerId',
  bsonPaths: ['_id', 'ownerId'].map((field) => ({ path: [field], bson: 'objectId' })),
})
const changes = { name: 'changes', key: { ownerId: 1, _seq: 1 } }
const onlyWithPhone = { phone: { $exists: true } }
const layouts = [
  ...storageLayouts,
  {
    name: 'things',
    validator: { $jsonSchema: { properties: { text: { bsonType: 'string', maxLength: 8 } } } },
    indexes: [
      changes,
      {
        name: 'tag',
        key: { ownerId: 1, 'place.floor': 1, tag: 1 },
        unique: true,
        partialFilterExpression: { tag: { $exists: true } },
      },
      { name: 'phone', key: { ownerId: 1, phone: 1 }, unique: true, partialFilterExpression: onlyWithPhone },
    ],
  },
  { name: 'people', indexes: [changes] },
  { name: 'log', indexes: [{ name: 'position', key: { ownerId: 1, position: 1 }, unique: true }] },
]

const newId = () => new ObjectId().toHexString()
const [mine, theirs] = [newId(), newId()]
const write = (fields: object = {}, id = newId(), partition = mine): StoreWrite => ({
  id,
  deleted: false,
  document: { _id: id, ownerId: partition, ...fields },
})

type Watched = Awaited<ReturnType<typeof openWatched>>
let watched: Watched
beforeEach(async () => void (watched = await openWatched()))
afterEach(() => watched.close())

async function openWatched() {
  const client = await connectToMongo(process.env.MONGODB_TEST_URL ?? '', { monitorCommands: true })
  const db = client.db(`chowki-storage-${randomBytes(6).toString('hex')}`)
  await setUpCollections(db, layouts)
  const commands: string[] = []
  client.on('commandStarted', ({ commandName, command }) => {
    if (commandName !== 'endSessions') commands.push(`${commandName} ${String(command[commandName])}`)
  })
  return {
    db,
    openStorage: () =>
      createMongoStorage({
        client,
        db,
        collections: ['things', 'people'].map(layoutOf),
        log: { layout: layoutOf('log'), journal: () => [{ at: 1 }] },
      }),
    async commandsOf(work: () => Promise<unknown>) {
      commands.length = 0
      await work()
      return [...commands]
    },
    async close() {
      await db.dropDatabase()
      await client.close()
    },
  }
}

const insert = (storage: SyncStorage, ...writes: StoreWrite[]) =>
  storage.transact(mine, async (transaction) => transaction.insert('things', writes))

test('STORE-24 rows of several collections, the head and the log go to MongoDB as one command', async () => {
  const { openStorage, commandsOf } = watched
  const [storage, other] = [openStorage(), openStorage()]
  const insertBoth = (into: SyncStorage) =>
    into.transact(mine, async (transaction) => {
      transaction.insert('things', [write(), write()])
      transaction.insert('people', [write()])
    })
  await insertBoth(storage)
  expect(await commandsOf(() => insertBoth(storage))).toEqual(['bulkWrite 1', 'commitTransaction 1'])
  await insertBoth(other)
  // It has not heard of the other's commit, as it listens to nobody: the head is read, and all is done again.
  expect(await commandsOf(() => insertBoth(storage))).toEqual([
    'bulkWrite 1',
    'abortTransaction 1',
    'find syncHeads',
    'bulkWrite 1',
    'commitTransaction 1',
  ])
  expect(await storage.head(mine)).toMatchObject({ seq: 12 })
  expect((await storage.logAfter(mine, 0, 10)).map(({ position }) => position)).toEqual([1, 2, 3, 4])
})

test('STORE-24 a head that was removed under a running server is no head: the write fails, the next makes one', async () => {
  const { db, openStorage } = watched
  const storage = openStorage()
  await insert(storage, write())
  await db.collection('syncHeads').deleteMany({})
  await expect(insert(storage, write())).rejects.toBeInstanceOf(StoreUnavailable)
  expect(await db.collection('things').countDocuments()).toBe(1)
  expect(await db.collection('syncHeads').countDocuments()).toBe(0)
})

test('FAULT-6 STORE-12 all rows that break one rule are refused together: a schema', async () => {
  const storage = watched.openStorage()
  const bad = [write({ text: 'much too long' }), write({ text: '$text is long' }), write({ text: 5 })]
  const error: unknown = await insert(
    storage,
    write(),
    bad[0]!,
    write({ text: '$short' }),
    bad[1]!,
    bad[2]!,
  ).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(RowsRefused)
  expect(error).toMatchObject({ refusals: bad.map(({ id }) => ({ id, rule: 'validator' })) })
})

test('FAULT-6 STORE-12 all rows that break one rule are refused together: a unique value, of others and of their own', async () => {
  const storage = watched.openStorage()
  await insert(storage, write({ phone: '1' }), write({ tag: 'a' }), write({ phone: '2' }))
  await storage.transact(theirs, async (transaction) =>
    transaction.insert('things', [write({ phone: '4' }, newId(), theirs)]),
  )
  const [taken, other, first, second, third] = ['1', '2', '3', '3', '3'].map((phone) => write({ phone }))
  if (!taken || !other || !first || !second || !third) throw new Error('five rows')
  const sound = [write({ phone: '4' }), write(), write({ tag: 'a', place: { floor: 2 } }), first]
  const error: unknown = await insert(storage, ...sound, taken, second, other, third).catch((e: unknown) => e)
  expect(error).toMatchObject({
    refusals: [taken, second, other, third].map(({ id }) => ({ id, rule: 'unique', field: 'phone' })),
  })
  await insert(storage, ...sound)
  const tags = [write({ tag: 'a' }), write({ tag: 'b' }), write({ tag: 'a', place: {} })]
  const refused: unknown = await insert(storage, ...tags).catch((e: unknown) => e)
  expect(refused).toMatchObject({
    refusals: [tags[0], tags[2]].map((row) => ({ id: row?.id, field: 'tag' })),
  })
})

test('FAULT-6 STORE-5 ids of other partitions are named together; own ones are for the caller to read', async () => {
  const storage = watched.openStorage()
  const foreign = [newId(), newId()]
  await storage.transact(theirs, async (transaction) =>
    transaction.insert(
      'things',
      foreign.map((id) => write({}, id, theirs)),
    ),
  )
  const own = write()
  await insert(storage, own)
  const used = foreign.map((id) => write({}, id))
  const error: unknown = await insert(storage, write(), ...used, own).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(DuplicateIds)
  expect(error).toMatchObject({ ids: foreign })
})

const things: ReplicatedCollection = {
  name: 'things',
  version: 0,
  partitionField: 'ownerId',
  writable: true,
  replicaDeletes: false,
  serverOwned: [],
  withheld: [],
  validate: () => ({ ok: true, value: true }),
}

test('FAULT-6 500 rows that the store refuses cost their partition as many transactions as rules, not as rows', async () => {
  const { db, openStorage, commandsOf } = watched
  const storage = openStorage()
  await insert(storage, write({ phone: '0' }))
  const foreign = Array.from({ length: 100 }, () => write({}, newId(), theirs))
  await storage.transact(theirs, async (transaction) => transaction.insert('things', foreign))
  const rows = [
    ...Array.from({ length: 200 }, () => write({ phone: '0' })),
    ...Array.from({ length: 200 }, () => write({ text: 'much too long' })),
    ...foreign.map(({ id }) => write({}, id)),
    write({ text: 'sound' }),
  ].map(({ document }) => ({ newDocumentState: document }))
  let statuses: string[] = []
  const commands = await commandsOf(async () => {
    const answer = await push(
      { storage, collection: things, partition: mine, source: 'desk', now: 1 },
      { schemaVersion: 0, sentAt: 1, rows },
    )
    if (answer.ok) statuses = answer.value.map(({ status }) => status)
  })
  expect(statuses).toEqual([...Array.from({ length: 500 }, () => 'quarantined'), 'stored'])
  expect(await db.collection('quarantine').countDocuments()).toBe(500)
  // Phone, schema, ids twice (it looks first whether they are its own), and the one that succeeds.
  expect(commands.filter((command) => command === 'bulkWrite 1')).toHaveLength(5)
  expect(commands.length).toBeLessThan(30)
})
