/** The raw limit: the driver alone on a collection with the same documents, validator and indexes, majority and journal. */
import { MongoClient } from 'mongodb'
import type { Collection, Document } from 'mongodb'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { bsonPaths } from '@chowki/shared/projections/bson-paths.ts'
import { createDocumentCodec } from '../../../sync-server/storage/mongo/document-codec.ts'
import { durableOptions } from '../../../sync-server/storage/mongo/connect.ts'
import { newId, withDatabase } from '../frame/society.ts'
import { visitsDefinition } from './replica.ts'

export interface RawVisits {
  readonly collection: Collection<Document>
  readonly client: MongoClient
  toRows(visits: readonly VisitorEntry[]): Document[]
  upsert(rows: readonly Document[]): Promise<void>
  close(): Promise<void>
}

const codec = createDocumentCodec(bsonPaths(visitsDefinition))
export const societyValue = (societyId: string): unknown => codec.valueToBson('societyId', societyId)

/** Without `database`: an empty one, made as the server makes its own, dropped on closing. */
export async function openRawVisits(mongoUri: string, database?: string): Promise<RawVisits> {
  const name = database ?? `bench_raw_${newId()}`
  if (database === undefined) await withDatabase(mongoUri, name, async () => undefined)
  const client = await new MongoClient(mongoUri, durableOptions).connect()
  const collection = client.db(name).collection<Document>(visitsDefinition.name)
  return {
    collection,
    client,
    toRows: (visits) =>
      visits.map((visit, index) => ({ ...codec.toBson(visit), _seq: index + 1, _deleted: false })),
    async upsert(rows) {
      const operations = rows.map((row) => {
        const { _id, ...replacement } = row
        return { replaceOne: { filter: { _id }, replacement, upsert: true } }
      })
      await collection.bulkWrite(operations, { ordered: false })
    },
    async close() {
      if (database === undefined) await client.db(name).dropDatabase()
      await client.close()
    },
  }
}
