/** A server that is killed inside a transaction: MongoDB keeps its locks until the transaction's life is over. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { newHexId, openTestDatabase } from '../../testing/test-database.ts'

const layout = {
  name: 'notes',
  partitionField: 'ownerId',
  bsonPaths: [
    { path: ['_id'], bson: 'objectId' },
    { path: ['ownerId'], bson: 'objectId' },
  ],
} as const

/** Twice the life that `build/services/mongod.ts` gives a transaction, since MongoDB looks for old ones now and then. */
const freeWithinMs = 20_000

const addressOf = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)
const writing = (name: string, id: string, partition: string) => `
  import { connectToMongo } from ${addressOf('connect.ts')}
  import { createMongoStorage } from ${addressOf('mongo-storage.ts')}
  const client = await connectToMongo(process.env.MONGODB_TEST_URL)
  const beforeCommit = () => new Promise(() => { process.stdout.write('open'); setInterval(() => {}, 1000) })
  const collections = [${JSON.stringify(layout)}]
  const storage = createMongoStorage({ client, db: client.db('${name}'), collections, beforeCommit })
  const document = { _id: '${id}', ownerId: '${partition}' }
  await storage.transact('${partition}', async (transaction) =>
    transaction.insert('notes', [{ id: '${id}', deleted: false, document }]))
`

test('P1 a server killed inside a transaction holds up its partition for a bounded time', async () => {
  const database = await openTestDatabase([layout])
  try {
    const [partition, lost, next] = [newHexId(), newHexId(), newHexId()]
    const code = writing(database.name, lost, partition)
    const server = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await Promise.race([
      once(server.stdout, 'data'),
      once(server, 'exit').then(() => Promise.reject(new Error('the server ended by itself'))),
    ])
    const exited = once(server, 'exit')
    server.kill('SIGKILL')
    await exited

    const startedAt = performance.now()
    const document = { _id: next, ownerId: partition }
    await database
      .openStorage()
      .transact(partition, async (transaction) =>
        transaction.insert('notes', [{ id: next, deleted: false, document }]),
      )
    expect(performance.now() - startedAt).toBeLessThan(freeWithinMs)
    expect((await database.rows('notes')).map((row) => [row['_id'].toHexString(), row['_seq']])).toEqual([
      [next, 1],
    ])
  } finally {
    await database.drop()
  }
})
