/** express-pouchdb with what a PouchDB client needs of it, on its usual store, LevelDB. */
import { join } from 'node:path'
import { answer } from './answer.mjs'

answer(async ({ folder, port }, require) => {
  const express = require('express')
  const PouchDB = require('pouchdb-core')
    .plugin(require('pouchdb-adapter-leveldb'))
    .plugin(require('pouchdb-mapreduce'))
    .defaults({ prefix: join(folder, '/') })
  const serve = require('express-pouchdb')(PouchDB, { mode: 'minimumForPouchDB' })
  const app = express()
  app.use('/', serve)
  await new Promise((resolve, reject) => app.listen(port, '127.0.0.1', resolve).once('error', reject))
  return { url: `http://127.0.0.1:${port}/visits` }
})
