/** Quarantine as an application with a form of its own for it uses the storage. */
import { randomBytes } from 'node:crypto'
import { ObjectId } from 'mongodb'
import type { Db, MongoClient } from 'mongodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { QuarantineRow } from '../storage.ts'
import { connectToMongo } from './connect.ts'
import { createMongoStorage } from './mongo-storage.ts'
import type { QuarantineOptions } from './quarantine-rows.ts'

let client: MongoClient
const databases: Db[] = []
beforeAll(async () => {
  client = await connectToMongo(process.env.MONGODB_TEST_URL ?? '')
})
afterAll(async () => {
  for (const db of databases) await db.dropDatabase()
  await client.close()
})

const newId = () => new ObjectId().toHexString()
const refused = (
  partition: string,
  source: string,
  at: number,
  document: object = { at },
): QuarantineRow => ({
  partition,
  collection: 'things',
  documentId: newId(),
  hash: 'a'.repeat(64),
  document,
  error: { code: 'invalid_document', field: 'f'.repeat(500), message: 'm'.repeat(500) },
  source,
  at,
})
const open = async (options: Partial<QuarantineOptions> = {}) => {
  const db = client.db(`chowki-refused-${randomBytes(6).toString('hex')}`)
  databases.push(db)
  const quarantine: QuarantineOptions = {
    name: 'refused',
    partitionField: 'ownerId',
    bsonPaths: [
      { path: ['ownerId'], bson: 'objectId' },
      { path: ['createdAt'], bson: 'date' },
      { path: ['updatedAt'], bson: 'date' },
    ],
    ...options,
  }
  const storage = createMongoStorage({ client, db, collections: [], quarantine })
  return { storage, rows: () => db.collection('refused').find().sort({ createdAt: 1 }).toArray() }
}

test('the rows lie where and how it says, and nowhere else', async () => {
  const { storage, rows } = await open({
    seal: (json, { partition, id }) => ({ sealed: [json.toString('base64'), partition, id] }),
  })
  const row = refused(newId(), 'desk', 1_700_000_000_000)
  await storage.quarantine(row)
  await storage.quarantine({ ...row, at: row.at + 5 })
  const [kept, ...more] = await rows()
  expect(more).toEqual([])
  const json = Buffer.from(JSON.stringify(row.document)).toString('base64')
  expect(kept).toMatchObject({
    ownerId: ObjectId.createFromHexString(row.partition),
    sealed: [json, row.partition, kept?._id],
    createdAt: new Date(row.at),
    updatedAt: new Date(row.at + 5),
    times: 2,
  })
  expect(kept).not.toHaveProperty('document')
  expect(kept).not.toHaveProperty('partition')
})

test('STORE-10 a row that arrives several times at once is kept once, and each is answered', async () => {
  const { storage, rows } = await open()
  const row = refused(newId(), 'desk', 1_700_000_000_000)
  for (let round = 0; round < 20; round += 1) {
    const same = { ...row, documentId: newId() }
    await Promise.all(Array.from({ length: 8 }, () => storage.quarantine(same)))
  }
  expect((await rows()).map(({ times }) => times as number)).toEqual(Array(20).fill(8))
})

test('STORE-16 beyond the bound the oldest of the same source make room, and it is told', async () => {
  const dropped: unknown[] = []
  const { storage, rows } = await open({ rowsMax: 3, onDropped: (...what) => void dropped.push(what) })
  const [mine, theirs] = [newId(), newId()]
  const at = 1_700_000_000_000
  await storage.quarantine(refused(mine, 'other', at), refused(theirs, 'desk', at))
  await storage.quarantine(...[1, 2, 3, 4, 5].map((n) => refused(mine, 'desk', at + n)))
  expect(dropped).toEqual([[mine, 'desk', 2]])
  await storage.quarantine(refused(mine, 'desk', at + 6))
  expect(dropped).toEqual([
    [mine, 'desk', 2],
    [mine, 'desk', 1],
  ])
  const left = (await rows()).map(({ ownerId, source, createdAt }) =>
    [String(ownerId) === mine ? 'mine' : 'theirs', source, (createdAt as Date).getTime() - at].join(' '),
  )
  expect(left.toSorted()).toEqual([
    'mine desk 4',
    'mine desk 5',
    'mine desk 6',
    'mine other 0',
    'theirs desk 0',
  ])
})

test('STORE-17 a row that is far too long is kept in part, whole letters first, and blocks nobody', async () => {
  const { storage, rows } = await open()
  const row = refused(newId(), 's'.repeat(500), 1_700_000_000_000, { note: `x${'नमस्ते'.repeat(400_000)}` })
  await storage.quarantine(row)
  const [kept] = await rows()
  const text = kept?.['document'] as string
  expect(Buffer.byteLength(text)).toBeGreaterThan(256 * 1024 - 4)
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(256 * 1024)
  expect(text.startsWith('{"note":"xनमस्ते')).toBe(true)
  expect(text).not.toContain('\ufffd')
  expect(kept).toMatchObject({
    error: { field: 'f'.repeat(256), message: 'm'.repeat(400) },
    source: 's'.repeat(128),
    hash: row.hash,
  })
})
