/** What lies in MongoDB, read directly from MongoDB, for tests. */
import { MongoClient } from 'mongodb'
import type { Document } from 'mongodb'

export async function readRawRows(
  url: string,
  databaseName: string,
  collection: string,
): Promise<Document[]> {
  const client = await MongoClient.connect(url)
  try {
    return await client.db(databaseName).collection(collection).find().toArray()
  } finally {
    await client.close()
  }
}

/** Every row of every collection, by the collection's name. */
export async function readAllRawRows(
  url: string,
  databaseName: string,
): Promise<{ collection: string; row: Document }[]> {
  const client = await MongoClient.connect(url)
  try {
    const db = client.db(databaseName)
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name)
    const all = await Promise.all(
      names.toSorted().map(async (collection) => {
        const rows = await db.collection(collection).find().sort({ _id: 1 }).toArray()
        return rows.map((row) => ({ collection, row }))
      }),
    )
    return all.flat()
  } finally {
    await client.close()
  }
}
