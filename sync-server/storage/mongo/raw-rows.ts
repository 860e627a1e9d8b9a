/** What lies in MongoDB, read past every rule of the server: for tests that believe nothing else. */
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
