/** rxdb-server on Express and RxDB's MongoDB storage, which is as durable as ours. */
import { answer } from './answer.mjs'

answer(async ({ schema, mongoUri, databaseName, port }, require) => {
  const express = require('express')
  const { createRxDatabase } = require('rxdb/plugins/core')
  const { getRxStorageMongoDB } = require('rxdb/plugins/storage-mongodb')
  const { createRxServer } = require('rxdb-server/plugins/server')
  const { RxServerAdapterExpress } = require('rxdb-server/plugins/adapter-express')
  const database = await createRxDatabase({
    name: databaseName,
    storage: getRxStorageMongoDB({ connection: mongoUri }),
    multiInstance: false,
  })
  const { visits } = await database.addCollections({ visits: { schema } })
  // Its own parser takes 100 KB, less than one of our batches.
  const serverApp = express()
  serverApp.use(express.json({ limit: '10mb' }))
  const server = await createRxServer({
    database,
    adapter: RxServerAdapterExpress,
    serverApp,
    port,
    hostname: '127.0.0.1',
  })
  const { urlPath } = server.addReplicationEndpoint({ name: 'visits', collection: visits })
  await server.start()
  return { url: `http://127.0.0.1:${port}/${urlPath}` }
})
