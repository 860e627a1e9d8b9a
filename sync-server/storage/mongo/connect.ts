import { MongoClient } from 'mongodb'
import type { MongoClientOptions } from 'mongodb'

/**
 * What P1 rests on: a write counts only when a majority has it in its journal, and nothing is read that could
 * still be rolled back. Time-outs are bounded so that a kiosk gets its 503 while its own request still waits.
 */
export const durableOptions: MongoClientOptions = {
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 15_000 },
  readConcern: { level: 'majority' },
  readPreference: 'primary',
  retryWrites: true,
  retryReads: true,
  connectTimeoutMS: 5_000,
  serverSelectionTimeoutMS: 5_000,
  socketTimeoutMS: 60_000,
  waitQueueTimeoutMS: 10_000,
  maxPoolSize: 50,
  ignoreUndefined: true,
}

/** Resolves when the database answers. `url` may lower no guarantee: the durable options win over it. */
export async function connectToMongo(url: string, options: MongoClientOptions = {}): Promise<MongoClient> {
  const client = new MongoClient(url, { ...options, ...durableOptions })
  await client.connect()
  return client
}
