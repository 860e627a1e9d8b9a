/** An RxDB client on memory storage that replicates once with rxdb-server's own plugin. */
import { answer } from './answer.mjs'

answer(async ({ schema, url, batch, warmUp, visits: given }, require) => {
  const { createRxDatabase } = require('rxdb/plugins/core')
  const { getRxStorageMemory } = require('rxdb/plugins/storage-memory')
  const { replicateServer } = require('rxdb-server/plugins/replication-server')
  const open = async (name) => {
    const database = await createRxDatabase({ name, storage: getRxStorageMemory(), multiInstance: false })
    return (await database.addCollections({ visits: { schema } })).visits
  }
  const replicate = async (collection) => {
    const startedAt = performance.now()
    const state = replicateServer({
      collection,
      replicationIdentifier: 'bench',
      url,
      live: false,
      waitForLeadership: false,
      pull: { batchSize: batch.pull },
      push: { batchSize: batch.push },
    })
    const failed = new Promise((_, reject) => state.error$.subscribe(reject))
    await Promise.race([state.awaitInitialReplication(), failed])
    const ms = performance.now() - startedAt
    await state.cancel()
    return ms
  }
  const first = await open('first')
  if (warmUp.length > 0) await first.bulkInsert(warmUp)
  await replicate(first)
  const visits = given.length > 0 ? first : await open('second')
  if (given.length > 0) await visits.bulkInsert(given)
  const ms = await replicate(visits)
  return { ms, count: await visits.count().exec() }
})
