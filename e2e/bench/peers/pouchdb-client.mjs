/** A PouchDB client on memory that pushes all it has, or pulls all there is, once. */
import { answer } from './answer.mjs'

answer(async ({ url, batch, visits }, require) => {
  const PouchDB = require('pouchdb-core')
    .plugin(require('pouchdb-adapter-memory'))
    .plugin(require('pouchdb-adapter-http'))
    .plugin(require('pouchdb-replication'))
  const local = new PouchDB('bench', { adapter: 'memory' })
  if (visits.length > 0) await local.bulkDocs(visits)
  const startedAt = performance.now()
  const result =
    visits.length > 0
      ? await local.replicate.to(url, { batch_size: batch.push })
      : await local.replicate.from(url, { batch_size: batch.pull })
  const ms = performance.now() - startedAt
  if (!result.ok || result.doc_write_failures > 0) throw new Error('PouchDB did not replicate all of them')
  return { ms, count: (await local.info()).doc_count }
})
