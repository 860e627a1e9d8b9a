/** A new database on the real mongod of `MONGODB_TEST_URL`, for one test. */
import { randomBytes } from 'node:crypto'
import type { Db, Document, MongoClient } from 'mongodb'
import { ObjectId } from 'mongodb'
import type { SyncStorage } from '../storage/storage.ts'
import { connectToMongo } from '../storage/mongo/connect.ts'
import { storageLayouts } from '../storage/mongo/layout.ts'
import type { ReplicatedLayout } from '../storage/mongo/layout.ts'
import { createMongoStorage } from '../storage/mongo/mongo-storage.ts'
import type { MongoStorageOptions } from '../storage/mongo/mongo-storage.ts'
import { setUpCollections } from '../storage/mongo/set-up-collections.ts'
import { startNewHistory } from '../storage/mongo/sync-heads.ts'

export interface TestDatabase {
  readonly name: string
  /** As another server of the same database would open it. */
  openStorage(options?: Pick<MongoStorageOptions, 'beforeCommit'>): SyncStorage
  rows(collection: string): Promise<Document[]>
  startNewHistory(): Promise<void>
  client: MongoClient
  db: Db
  drop(): Promise<void>
}

export const newHexId = () => new ObjectId().toHexString()

export async function openTestDatabase(layouts: readonly ReplicatedLayout[]): Promise<TestDatabase> {
  const client = await connectToMongo(process.env['MONGODB_TEST_URL'] ?? '')
  const db = client.db(`chowki-sync-${randomBytes(6).toString('hex')}`)
  await setUpCollections(db, [
    ...storageLayouts,
    ...layouts.map(({ name, partitionField }) => ({
      name,
      indexes: [{ name: 'changes', key: { [partitionField]: 1, _seq: 1 } }],
    })),
  ])
  return {
    name: db.databaseName,
    client,
    db,
    openStorage: (options = {}) => createMongoStorage({ client, db, collections: layouts, ...options }),
    rows: (collection) => db.collection(collection).find().sort({ _seq: 1 }).toArray(),
    startNewHistory: async () => void (await startNewHistory(db)),
    async drop() {
      await db.dropDatabase()
      await client.close()
    },
  }
}
