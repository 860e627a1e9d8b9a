/** An RxDB client on memory storage that replicates once with rxdb-server's own plugin. */
import { answer } from './answer.mjs'

answer(async ({ schema, url, batch, visits: given }, require) => {
  const { createRxDatabase } = require('rxdb/plugins/core')
  const { getRxStorageMemory } = require('rxdb/plugins/storage-memory')
  const { replicateServer } = require('rxdb-server/plugins/replication-server')
  const database = await createRxDatabase({
    name: 'bench',
    storage: getRxStorageMemory(),
    multiInstance: false,
  })
  const { visits } = await database.addCollections({ visits: { schema } })
  if (given.length > 0) await visits.bulkInsert(given)
  const startedAt = performance.now()
  const state = replicateServer({
    collection: visits,
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
  return { ms, count: await visits.count().exec() }
})
