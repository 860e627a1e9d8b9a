/** A PouchDB client on memory that pushes all it has, or pulls all there is, once. */
import { answer } from './answer.mjs'

answer(async ({ url, batch, warmUp, visits }, require) => {
  const PouchDB = require('pouchdb-core')
    .plugin(require('pouchdb-adapter-memory'))
    .plugin(require('pouchdb-adapter-http'))
    .plugin(require('pouchdb-replication'))
  const open = (name) => new PouchDB(name, { adapter: 'memory' })
  const replicate = async (to) => {
    const startedAt = performance.now()
    const result =
      visits.length > 0
        ? await to.replicate.to(url, { batch_size: batch.push })
        : await to.replicate.from(url, { batch_size: batch.pull })
    if (!result.ok || result.doc_write_failures > 0) throw new Error('PouchDB did not replicate all of them')
    return performance.now() - startedAt
  }
  const first = open('first')
  if (warmUp.length > 0) await first.bulkDocs(warmUp)
  await replicate(first)
  const local = visits.length > 0 ? first : open('second')
  if (visits.length > 0) await local.bulkDocs(visits)
  const ms = await replicate(local)
  return { ms, count: (await local.info()).doc_count }
})
