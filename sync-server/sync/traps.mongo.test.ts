/**
 * The twelve traps of replicating RxDB, and one that our simulator found, each against the real RxDB, the real
 * routes over HTTP and a real MongoDB.
 * Every one of them was seen to fail with its guard taken out.
 */
import { createRequire } from 'node:module'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { PushRequest, WireDocument } from '@chowki/shared/protocol/messages.ts'
import { newHexId, openTestDatabase } from '../testing/test-database.ts'
import type { TestDatabase } from '../testing/test-database.ts'
import { newestWriteIsInFuture } from './client/clock-guard.ts'
import { createNudgeStream } from './client/nudge-stream.ts'
import type { SyncRequest } from './client/post-json.ts'
import type { RefusedDocument } from './client/push-handler.ts'
import type { SyncError } from './client/sync-error.ts'
import { eventually, noteSchema, openTestReplica } from '../testing/replica/test-replica.ts'
import type { Note, TestReplica, TestReplicaOptions } from '../testing/replica/test-replica.ts'
import type { ReplicatedCollection } from './replicated-collection.ts'
import { notes, notesLayout, startSyncTestServer } from '../testing/replica/sync-test-server.ts'
import type { SyncTestServer } from '../testing/replica/sync-test-server.ts'

let database: TestDatabase
let server: SyncTestServer
let partition: string
const cleanups: (() => Promise<void>)[] = []
const later = (cleanup: () => Promise<void>) => void cleanups.unshift(cleanup)

beforeEach(async () => {
  database = await openTestDatabase([notesLayout])
  later(() => database.drop())
  partition = newHexId()
  server = await serve()
})
afterEach(async () => {
  vi.useRealTimers()
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function serve(collection: ReplicatedCollection = notes, port?: number): Promise<SyncTestServer> {
  const started = await startSyncTestServer({
    storage: database.openStorage(),
    collections: [collection],
    ...(port ? { port } : {}),
  })
  later(() => started.stop())
  return started
}

async function openReplica(options?: TestReplicaOptions): Promise<TestReplica> {
  const replica = await openTestReplica(options)
  later(() => replica.close())
  return replica
}

const newNote = (fields: Partial<WireDocument> = {}) => ({
  _id: newHexId(),
  ownerId: partition,
  updatedAt: 1_700_000_000_000,
  text: 'x',
  ...fields,
})
const pushToServer = (...documents: object[]) =>
  server.postAs(partition, 'notes/push', {
    schemaVersion: 0,
    sentAt: Date.now(),
    rows: documents.map((newDocumentState) => ({ newDocumentState })),
  })
const serverRows = () => database.rows('notes')
const idsOf = (documents: readonly { _id: string }[]) => documents.map((document) => document._id).sort()
const isPush = (path: string) => path.endsWith('/push')
const rowsOf = async (init: RequestInit | undefined): Promise<PushRequest['rows']> => {
  const body = new Response(init?.body ?? '')
  const text = new Headers(init?.headers).has('content-encoding')
    ? await new Response(body.body?.pipeThrough(new DecompressionStream('gzip'))).text()
    : await body.text()
  return (JSON.parse(text) as PushRequest).rows
}

test('trap 1 (P1): writes after a clock was set back reach the server, once', async () => {
  const indexedDB = new IDBFactory()
  const name = `clock-${newHexId()}`
  const request = server.requestAs(partition)
  const before = newNote()
  await runWithClockAhead(3_600_000, { indexedDB, name, note: before, replicationIdentifier: 'epoch-0' })
  expect(await serverRows()).toHaveLength(1)

  // Restarted, the clock put right.
  const storage = getRxStorageDexie({ indexedDB, IDBKeyRange })
  const replica = await openReplica({ name, storage: storage as never })
  const written = Array.from({ length: 5 }, () => newNote())
  for (const note of written) await replica.write(note)

  const troubles: string[] = []
  const unguarded = replica.replicate({
    request,
    replicationIdentifier: 'epoch-0',
    onTrouble: (error) => troubles.push(error.trouble),
  })
  await unguarded.state.awaitInSync()
  expect(await serverRows(), 'RxDB alone says "in sync" and has sent nothing').toHaveLength(1)
  expect(troubles, 'which the helper says').toContain('clockWentBack')
  await unguarded.cancel()

  replica.replicate({ request, replicationIdentifier: 'epoch-1' })
  const rows = await eventually(serverRows, (found) => found.length === 6)
  expect(rows.map((row) => row['_id'].toHexString()).sort()).toEqual(idsOf([before, ...written]))
})

test('trap 1 (P1): after the guard has asked, nothing is written in the past, and all is pushed', async () => {
  const indexedDB = new IDBFactory()
  const name = `clock-${newHexId()}`
  const before = newNote()
  await runWithClockAhead(3_600_000, { indexedDB, name, note: before, replicationIdentifier: 'epoch-0' })
  const storage = getRxStorageDexie({ indexedDB, IDBKeyRange })
  const replica = await openReplica({ name, storage: storage as never })
  expect(await newestWriteIsInFuture(replica.notes, Date.now())).toBe(true)
  const written = Array.from({ length: 5 }, () => newNote())
  for (const note of written) await replica.write(note)
  const stored = await replica.notes.storageInstance.findDocumentsById(idsOf([before, ...written]), false)
  const [first, ...later] = stored.map(({ _meta }) => _meta.lwt).sort((a, b) => a - b)
  expect(first).toBe(stored.find(({ _id }) => _id === before._id)?._meta.lwt)
  expect(later).toHaveLength(5)
  // Also under the identifier whose checkpoint lies in the future.
  replica.replicate({ request: server.requestAs(partition), replicationIdentifier: 'epoch-0' })
  await eventually(serverRows, (found) => found.length === 6)
})

/**
 * Within one process RxDB's clock never goes back, so the time before the restart is lived by the CommonJS build of
 * RxDB: another copy, on the same disk.
 */
async function runWithClockAhead(
  aheadMs: number,
  run: { indexedDB: IDBFactory; name: string; note: Note; replicationIdentifier: string },
): Promise<void> {
  const require = createRequire(import.meta.url)
  const rxdb = require('rxdb') as typeof import('rxdb')
  const dexie = require('rxdb/plugins/storage-dexie') as typeof import('rxdb/plugins/storage-dexie')
  const replication = require('rxdb/plugins/replication') as typeof import('rxdb/plugins/replication')
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + aheadMs })
  const past = await rxdb.createRxDatabase({
    name: run.name,
    storage: dexie.getRxStorageDexie({ indexedDB: run.indexedDB, IDBKeyRange }),
    multiInstance: false,
  })
  const { notes: collection } = await past.addCollections({ notes: { schema: noteSchema as never } })
  await collection.insert(run.note)
  const state = replication.replicateRxCollection<Note, unknown>({
    collection: collection as never,
    replicationIdentifier: run.replicationIdentifier,
    pull: { handler: async () => ({ documents: [], checkpoint: undefined }) },
    push: {
      handler: async (rows) => {
        await pushToServer(...rows.map((row) => row.newDocumentState))
        return []
      },
    },
  })
  await state.awaitInSync()
  await past.close()
  vi.useRealTimers()
}

test('trap 2 (P5): a row that commits late is not skipped by a checkpoint', { timeout: 60_000 }, async () => {
  // Two servers on one database: the first takes its number, then is slow to commit.
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const slow = database.openStorage({ beforeCommit: () => held })
  const fast = database.openStorage()
  const replica = await openReplica()
  const { state } = replica.replicate({ request: server.requestAs(partition) })
  const [first, second] = [newNote(), newNote()]
  const insert = (storage: typeof slow, note: typeof first) =>
    storage.transact(partition, async (transaction) =>
      transaction.insert('notes', [{ id: note._id, deleted: false, document: note }]),
    )
  const slowWrite = insert(slow, first)
  await new Promise((resolve) => setTimeout(resolve, 200))
  const fastWrite = insert(fast, second)
  const pulling = setInterval(() => state.reSync(), 30)
  await new Promise((resolve) => setTimeout(resolve, 300))
  release()
  await Promise.all([slowWrite, fastWrite])
  try {
    const all = await eventually(replica.all, (found) => found.length === 2)
    expect(idsOf(all)).toEqual(idsOf([first, second]))
  } finally {
    clearInterval(pulling)
  }
})

test('trap 3 (P5): a nudge that was lost costs nothing: the next one, or a reconnection, brings all', async () => {
  const replica = await openReplica()
  const request = server.requestAs(partition)
  const { state, reSync } = replica.replicate({ request })
  await state.awaitInSync()
  const nudged: (readonly string[])[] = []
  let opened = 0
  let isDeaf = true
  const openStream = () =>
    createNudgeStream({
      request,
      onNudge: (collections) => {
        nudged.push(collections)
        if (!isDeaf) reSync()
      },
      onOnline: () => {
        opened += 1
        if (opened > 1) reSync()
      },
      onOffline: () => {},
      timing: { firstRetryMs: 20 },
    })
  const stream = openStream()
  later(async () => stream.close())
  await eventually(
    async () => opened,
    (count) => count === 1,
  )

  const missed = newNote()
  await pushToServer(missed)
  await eventually(
    async () => nudged,
    (all) => all.length === 1,
  )
  expect(await replica.all(), 'the first nudge was lost').toEqual([])
  isDeaf = false
  const heard = newNote()
  await pushToServer(heard)
  expect(idsOf(await eventually(replica.all, (all) => all.length === 2))).toEqual(idsOf([missed, heard]))
  expect(nudged.every((collections) => collections.join() === 'notes')).toBe(true)

  stream.close()
  const whileAway = newNote()
  await pushToServer(whileAway)
  const again = openStream()
  later(async () => again.close())
  await eventually(replica.all, (all) => all.length === 3)
})

test(
  'trap 4 (P5): a batch above the server’s cap, or a filtered page, does not end the pull early',
  { timeout: 60_000 },
  async () => {
    const all = Array.from({ length: 1_250 }, (_, i) => newNote({ text: i % 3 === 0 ? 'unusable' : 'x' }))
    await pushToServer(...all.slice(0, 700))
    await pushToServer(...all.slice(700))
    const replica = await openReplica()
    const caughtUp: number[] = []
    const { state } = replica.replicate({
      request: server.requestAs(partition),
      pull: { batchSize: 5_000 },
      onCaughtUp: () => void replica.all().then((found) => caughtUp.push(found.length)),
    })
    await state.awaitInitialReplication()
    expect(await replica.all()).toHaveLength(1_250)
    await eventually(
      async () => caughtUp,
      (counts) => counts[0] === 1_250,
    )

    // The same where the replica itself leaves out a third of each page.
    const picky = await openReplica()
    const refused: string[] = []
    picky.replicate({
      request: server.requestAs(partition),
      pull: {
        batchSize: 100,
        modifier: (document) => {
          if (document['text'] === 'unusable') throw new Error('cannot be decrypted')
          return document
        },
      },
      onTrouble: (error) => refused.push(error.documentId ?? ''),
    })
    const usable = all.filter((note) => note.text === 'x')
    await eventually(picky.all, (found) => found.length === usable.length)
    expect(new Set(refused).size).toBe(all.length - usable.length)
  },
)

test('trap 5 (P1): a bad row is set aside and shown; its neighbours and what comes later are stored', async () => {
  const replica = await openReplica()
  const quarantined: RefusedDocument[] = []
  const good = [newNote(), newNote()]
  const bad = newNote({ text: 'y'.repeat(300) })
  await replica.write(good[0] as never)
  await replica.write(bad)
  await replica.write(good[1] as never)
  const { state } = replica.replicate({
    request: server.requestAs(partition),
    onQuarantined: (rows) => void quarantined.push(...rows),
  })
  await state.awaitInSync()
  const afterwards = newNote()
  await replica.write(afterwards)
  await eventually(serverRows, (rows) => rows.length === 3)
  expect(quarantined.map((row) => [row.id, row.error.code, row.error.field])).toEqual([
    [bad._id, 'invalid_document', 'newDocumentState/text'],
  ])
  const [kept, ...more] = await database.rows('quarantine')
  expect(more).toEqual([])
  expect(kept).toMatchObject({ partition, collection: 'notes', documentId: bad._id, source: 'tester' })
  expect(JSON.parse(kept?.['document'])).toMatchObject({ _id: bad._id, text: bad.text })
})

test('trap 6 (P5): what the server stamps makes no conflict of the next edit, and does arrive', async () => {
  const replica = await openReplica()
  const { state } = replica.replicate({ request: server.requestAs(partition) })
  const conflicts: unknown[] = []
  state.conflict$.subscribe((conflict) => conflicts.push(conflict))
  const note = newNote()
  await replica.write(note)
  const [stamped] = await eventually(serverRows, (rows) => rows.length === 1)
  await replica.write({ ...note, text: 'edited before the stamp arrived' })
  await eventually(serverRows, ([row]) => row?.['text'] === 'edited before the stamp arrived')
  state.reSync()
  const [local] = await eventually(replica.all, ([found]) => found?.arrivedAt !== undefined)
  expect(local?.arrivedAt).toBe(stamped?.['arrivedAt'].getTime())
  await replica.write({ ...note, text: 'edited after it', arrivedAt: 5 })
  const [row] = await eventually(serverRows, ([found]) => found?.['text'] === 'edited after it')
  expect(row?.['arrivedAt'], 'a replica cannot set it').toEqual(stamped?.['arrivedAt'])
  expect(conflicts).toEqual([])
})

test('trap 7 (P5): a conflict that never ends is slowed down and named; its neighbours are stored', async () => {
  const replica = await openReplica()
  const troubles: SyncError[] = []
  let pushes = 0
  const looping = newNote()
  const request = server.requestAs(partition)
  const quarrelsome: SyncRequest = async (path, init) => {
    const response = await request(path, init)
    if (!isPush(path)) return response
    pushes += 1
    const rows = await rowsOf(init)
    const answer = (await response.json()) as { results: object[] }
    const results = rows.map((row, index) =>
      row.newDocumentState._id === looping._id
        ? { status: 'conflict', document: { ...looping, text: `the server’s ${pushes}` } }
        : answer.results[index],
    )
    return Response.json({ ...answer, results })
  }
  await replica.write(looping)
  // A merge of its own in each round: RxDB's default would give in.
  replica.notes.conflictHandler = {
    isEqual: replica.notes.conflictHandler.isEqual,
    resolve: async ({ newDocumentState }) => ({ ...newDocumentState, updatedAt: Math.random() }),
  }
  replica.replicate({ request: quarrelsome, onTrouble: (error) => troubles.push(error) })
  await new Promise((resolve) => setTimeout(resolve, 2_500))
  expect(pushes).toBeGreaterThan(5)
  expect(pushes).toBeLessThan(12)
  expect(troubles.some((error) => error.trouble === 'conflictLoop' && error.documentId === looping._id)).toBe(
    true,
  )
  const neighbour = newNote()
  await replica.write(neighbour)
  await eventually(
    serverRows,
    (rows) => rows.some((row) => row['_id'].toHexString() === neighbour._id),
    15_000,
  )
})

test('trap 8 (P1): what a replica removes from its own disk is deleted nowhere else', async () => {
  const replica = await openReplica()
  const sent: string[] = []
  const request = server.requestAs(partition)
  const { state } = replica.replicate({
    request: async (path, init) => {
      if (isPush(path)) sent.push(...(await rowsOf(init)).map((row) => row.newDocumentState._id))
      return request(path, init)
    },
  })
  const [pruned, kept] = [newNote(), newNote()]
  await replica.write(pruned)
  await replica.write(kept)
  await eventually(serverRows, (rows) => rows.length === 2)
  sent.length = 0
  await replica.notes.findOne(pruned._id).remove()
  await replica.write({ ...kept, text: 'edited' })
  await eventually(serverRows, (rows) => rows.some((row) => row['text'] === 'edited'))
  await state.awaitInSync()
  expect(sent).toEqual([kept._id])
  expect((await serverRows()).map((row) => row['_deleted'])).toEqual([false, false])

  // And should one be sent after all, by another client: refused, kept for people to see, deleted nowhere.
  const { body } = await pushToServer({ ...pruned, _deleted: true })
  expect(body['results']).toMatchObject([{ status: 'quarantined', error: { code: 'field_not_writable' } }])
  expect((await serverRows()).map((row) => row['_deleted'])).toEqual([false, false])
})

test('trap 9 (P5): a page that could not be written is pulled again; the checkpoint does not pass it', async () => {
  const all = Array.from({ length: 60 }, () => newNote())
  await pushToServer(...all)
  const storage = getRxStorageDexie({ indexedDB: new IDBFactory(), IDBKeyRange })
  const replica = await openReplica({ storage: storage as never })
  const disk = replica.notes.storageInstance
  const write = disk.bulkWrite.bind(disk)
  let writes = 0
  disk.bulkWrite = async (rows, context) => {
    if (context.startsWith('replication-downstream') && ++writes === 2) throw new Error('the disk is full')
    return write(rows, context)
  }
  const troubles: SyncError[] = []
  const { state } = replica.replicate({
    request: server.requestAs(partition),
    pull: { batchSize: 10 },
    onTrouble: (error) => troubles.push(error),
  })
  const found = await eventually(replica.all, (documents) => documents.length === 60)
  expect(idsOf(found)).toEqual(idsOf(all))
  expect(troubles.map((error) => error.trouble)).toContain('replicaFailed')
  await state.awaitInSync()
})

test('trap 9 (P5): a failure beside a page that was written does not end the pull for ever', async () => {
  const replica = await openReplica()
  const troubles: SyncError[] = []
  const { state } = replica.replicate({
    request: server.requestAs(partition),
    onTrouble: (error) => troubles.push(error),
  })
  await state.awaitInSync()
  const { metaInstance } = state
  const write = metaInstance?.bulkWrite.bind(metaInstance)
  if (!metaInstance || !write) throw new Error('the replication has not started')
  // As where a replication that was just cancelled still writes: RxDB tells of it, and keeps the page's checkpoint.
  metaInstance.bulkWrite = async (rows, context) => {
    const result = await write(rows, context)
    if (context !== 'replication-down-write-meta') return result
    metaInstance.bulkWrite = write
    const error = rows.map((writeRow) => ({ isError: true, status: 409, writeRow }) as never)
    return { ...result, error }
  }
  const [before, after] = [newNote(), newNote()]
  await pushToServer(before)
  state.reSync()
  await eventually(replica.all, (all) => all.length === 1)
  await eventually(
    async () => troubles,
    (all) => all.length === 1,
  )
  await pushToServer(after)
  state.reSync()
  await eventually(replica.all, (all) => all.length === 2)
})

test('trap 9 (P5): a document that the replica’s schema refuses is named, and its neighbours arrive', async () => {
  const misfit = newNote({ body: 'not known to this replica' })
  const all = [newNote(), misfit, ...Array.from({ length: 28 }, () => newNote())]
  await pushToServer(...all)
  const { body: _unknown, ...properties } = noteSchema.properties
  const replica = await openReplica({ schema: { ...noteSchema, properties } })
  const troubles: SyncError[] = []
  replica.replicate({
    request: server.requestAs(partition),
    pull: { batchSize: 10 },
    onTrouble: (error) => troubles.push(error),
  })
  const found = await eventually(replica.all, (documents) => documents.length === 29)
  expect(idsOf(found)).toEqual(idsOf(all.filter((note) => note !== misfit)))
  expect(troubles.filter((error) => error.documentId === misfit._id)).toHaveLength(1)
})

test('trap 10 (P3): offline, the helper returns at once, writes are quick, and are pushed later', async () => {
  const replica = await openReplica()
  const request = server.requestAs(partition)
  let isOnline = false
  const neverAnswered = new Promise<Response>(() => {})
  const answers: (() => void)[] = []
  const replication = replica.replicate({
    request: (path, init) => {
      if (isOnline) return request(path, init)
      return Promise.race([
        neverAnswered,
        new Promise<never>((_, reject) => answers.push(() => reject(new Error('cut')))),
      ])
    },
  })
  expect(replication).not.toHaveProperty('then')
  const written = [newNote(), newNote()]
  for (const note of written) await replica.write(note)
  expect(await replica.all()).toHaveLength(2)
  // The cut line answers only below: whoever waited for it would wait for ever.
  isOnline = true
  answers.forEach((answer) => answer())
  await eventually(serverRows, (rows) => rows.length === 2)
})

test('trap 11: a database that several pages share is refused at the start', async () => {
  const replica = await openReplica({ multiInstance: true })
  expect(() => replica.replicate({ request: server.requestAs(partition) })).toThrow(/multiInstance/)
})

test('trap 12: a schema with attachments is refused at the start', async () => {
  const { RxDBAttachmentsPlugin } = await import('rxdb/plugins/attachments')
  const { addRxPlugin } = await import('rxdb')
  addRxPlugin(RxDBAttachmentsPlugin)
  const replica = await openReplica({ schema: { ...noteSchema, attachments: {} } })
  expect(() => replica.replicate({ request: server.requestAs(partition) })).toThrow(/attachments/)
})

test('trap 13 (P1, P5): what was read before a pull is not pushed over what was pulled', async () => {
  const shared = newNote({ text: 'first' })
  await pushToServer(shared)
  const replica = await openReplica()
  const request = server.requestAs(partition)
  // Unsent, so that RxDB's push checkpoint stays before all that is pulled.
  const unsent = newNote({ text: 'unsent' })
  await replica.write(unsent)
  const offline = replica.replicate({
    request: (path, init) => (isPush(path) ? Promise.reject(new Error('cut')) : request(path, init)),
  })
  await eventually(replica.all, (all) => all.length === 2)
  await offline.cancel()
  await server.postAs(partition, 'notes/push', {
    schemaVersion: 0,
    sentAt: 0,
    rows: [{ assumedMasterState: shared, newDocumentState: { ...shared, text: 'edited elsewhere' } }],
  })

  // At the start RxDB reads what it will push; slow, as on a disk with much on it. The pull is quicker.
  const disk = replica.notes.storageInstance
  const read = disk.query.bind(disk)
  disk.query = async (query) => {
    const result = await read(query)
    await new Promise((resolve) => setTimeout(resolve, 500))
    return result
  }
  const sent: string[] = []
  const { state } = replica.replicate({
    request: async (path, init) => {
      if (isPush(path)) sent.push(...(await rowsOf(init)).map((row) => row.newDocumentState._id))
      return request(path, init)
    },
  })
  await eventually(serverRows, (rows) => rows.length === 2)
  await state.awaitInSync()
  expect(sent, 'the edit from elsewhere is not undone, not even for a moment').toEqual([unsent._id])
  const onServer = (await serverRows()).map((row) => row['text'] as string)
  expect(onServer.sort()).toEqual(['edited elsewhere', 'unsent'])
  expect((await replica.all()).map((note) => note.text).sort()).toEqual(['edited elsewhere', 'unsent'])
})
