/**
 * Documents that RxDB takes for unsent edits. Trap 14: a replica pulls its own document before it knows that its push
 * arrived. Trap 15: a program ended between a pulled document and RxDB's record of it. Trap 16: a page that is older than
 * what was pushed meanwhile. Real RxDB, HTTP and MongoDB.
 * With `createWriteEchoes` taken out those of trap 14 fail but the third; with its comparison taken out, those of an
 * edit. The tests of traps 15 and 16 fail with their own guards taken out.
 */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newHexId, openTestDatabase } from '../testing/test-database.ts'
import type { TestDatabase } from '../testing/test-database.ts'
import type { SyncRequest } from './client/post-json.ts'
import { eventually, noteSchema, openTestReplica } from '../testing/replica/test-replica.ts'
import type { Note, TestReplica, TestReplicaOptions } from '../testing/replica/test-replica.ts'
import { notesLayout, startSyncTestServer } from '../testing/replica/sync-test-server.ts'
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
  server = await startSyncTestServer({ storage: database.openStorage() })
  later(() => server.stop())
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function openReplica(options?: TestReplicaOptions): Promise<TestReplica> {
  const replica = await openTestReplica(options)
  later(() => replica.close())
  return replica
}

const newNote = (): Note => ({ _id: newHexId(), ownerId: partition, updatedAt: 1_700_000_000_000, text: 'x' })
const serverRows = () => database.rows('notes')
const onServer = () => eventually(serverRows, (rows) => rows.length === 1)
const hasStamp = ([note]: readonly Note[]) => note?.arrivedAt !== undefined

/** A line on which pushes arrive, but pulls, and the answers to pushes, are let through by hand. */
function createHeldLine() {
  const pulls = Promise.withResolvers<void>()
  const answers = Promise.withResolvers<void>()
  const request: SyncRequest = async (path, init) => {
    if (path.endsWith('/pull')) await pulls.promise
    const response = await server.requestAs(partition)(path, init)
    if (path.endsWith('/push')) await answers.promise
    return response
  }
  return { request, letPull: pulls.resolve, letAnswer: answers.resolve }
}

test('trap 14 (P4, P5): what the server sets arrives, though a document is pulled before its push is answered', async () => {
  const replica = await openReplica()
  const { request, letPull, letAnswer } = createHeldLine()
  await replica.write(newNote())
  const { state } = replica.replicate({ request })
  const [row] = await onServer()
  letPull()
  const [held] = await eventually(replica.all, hasStamp)
  expect(held?.arrivedAt).toBe(Number(row?.['arrivedAt']))
  letAnswer()
  await state.awaitInSync()
  expect(await replica.all()).toEqual([held])
  expect((await database.openStorage().head(partition)).seq, 'nothing is pushed for it').toBe(1)
})

test('trap 14 (P1, P4): … though the program ended before the answer', async () => {
  const replica = await openReplica()
  const request = server.requestAs(partition)
  await replica.write(newNote())
  const first = replica.replicate({
    request: async (path, init) => {
      const response = await request(path, init)
      if (!path.endsWith('/push')) return response
      throw new Error('the line was cut after the server had committed')
    },
  })
  await onServer()
  await first.cancel()
  expect(hasStamp(await replica.all())).toBe(false)

  const { promise: pulled, resolve: onCaughtUp } = Promise.withResolvers<void>()
  const { state } = replica.replicate({
    onCaughtUp,
    request: async (path, init) => {
      if (path.endsWith('/push')) await pulled
      return request(path, init)
    },
  })
  await pulled
  await state.awaitInSync()
  expect(hasStamp(await replica.all())).toBe(true)
  expect((await database.openStorage().head(partition)).seq).toBe(1)
})

test('trap 14 (P1): an edit made before the answer stays, is pushed, and gets what the server sets', async () => {
  const replica = await openReplica()
  const { request, letPull, letAnswer } = createHeldLine()
  const note = newNote()
  await replica.write(note)
  const { promise: pulled, resolve: onCaughtUp } = Promise.withResolvers<void>()
  const { state } = replica.replicate({ request, onCaughtUp })
  await onServer()
  await replica.write({ ...note, text: 'edited before the answer' })
  letPull()
  await pulled
  letAnswer()
  await eventually(serverRows, ([row]) => row?.['text'] === 'edited before the answer')
  state.reSync()
  const [held] = await eventually(replica.all, hasStamp)
  expect(held?.text).toBe('edited before the answer')
})

test('trap 14 (P1): an edit made in the very moment of the write stays', async () => {
  const replica = await openReplica()
  const { request, letPull, letAnswer } = createHeldLine()
  const note = newNote()
  await replica.write(note)
  const { state } = replica.replicate({ request })
  await onServer()
  const disk = replica.notes.storageInstance
  const write = disk.bulkWrite.bind(disk)
  const attempts: number[] = []
  disk.bulkWrite = async (rows, context) => {
    if (!context.endsWith('echo')) return write(rows, context)
    if (attempts.length === 0) await replica.write({ ...note, text: 'in that moment' })
    const result = await write(rows, context)
    attempts.push(...result.error.map(({ status }) => status))
    return result
  }
  letPull()
  await eventually(
    async () => attempts,
    (statuses) => statuses.length > 0,
  )
  expect(attempts).toEqual([409])
  expect((await replica.all()).map(({ text }) => text)).toEqual(['in that moment'])
  letAnswer()
  await eventually(serverRows, ([row]) => row?.['text'] === 'in that moment')
  state.reSync()
  const [held] = await eventually(replica.all, hasStamp)
  expect(held?.text).toBe('in that moment')
})

test('trap 14: what the replica’s own schema refuses is told, once, and holds up nothing', async () => {
  const arrivedAt = { type: 'number', maximum: 1 }
  const properties = { ...noteSchema.properties, arrivedAt }
  const replica = await openReplica({ schema: { ...noteSchema, properties } })
  const { request, letPull, letAnswer } = createHeldLine()
  const [own, other] = [newNote(), newNote()]
  await replica.write(own)
  const troubles: (string | undefined)[] = []
  replica.replicate({ request, onTrouble: ({ documentId }) => troubles.push(documentId) })
  await onServer()
  letPull()
  await eventually(
    async () => troubles,
    (ids) => ids.length > 0,
  )
  letAnswer()
  await replica.write(other)
  await eventually(serverRows, (rows) => rows.length === 2)
  expect(troubles.filter((id) => id === own._id)).toHaveLength(1)
})

test('trap 15 (P5): a document that was pulled just before the program ended goes on to follow the server', async () => {
  const replica = await openReplica()
  const { request, letPull } = createHeldLine()
  const note = newNote()
  const push = (row: object) =>
    server.postAs(partition, 'notes/push', { schemaVersion: 0, sentAt: 0, rows: [row] })
  await push({ newDocumentState: note })
  const first = replica.replicate({ request, pull: { batchSize: 1 } })
  // The program's last act is to write the document: nothing is pulled before this is so.
  await eventually(
    async () => first.state.metaInstance,
    (instance) => instance !== undefined,
  )
  const { metaInstance } = first.state
  if (!metaInstance) throw new Error('the replication has not started')
  const write = metaInstance.bulkWrite.bind(metaInstance)
  const testIsOver = Promise.withResolvers<{ error: [] }>()
  later(async () => testIsOver.resolve({ error: [] }))
  metaInstance.bulkWrite = (rows, context) =>
    context === 'replication-up-write-meta' || context === 'replication-set-checkpoint'
      ? write(rows, context)
      : testIsOver.promise
  letPull()
  await eventually(replica.all, (all) => all.length === 1)
  await eventually(
    () => metaInstance.findDocumentsById(['up|1'], false),
    (found) => found.length === 1,
  )
  // In the name of the dead: it goes no further, but its last write never comes to an end, and cancel would wait for it.
  await Promise.race([first.cancel(), new Promise((resolve) => setTimeout(resolve, 100))])

  await push({ assumedMasterState: note, newDocumentState: { ...note, text: 'edited elsewhere' } })
  replica.replicate({ request: server.requestAs(partition) })
  await eventually(replica.all, ([held]) => held?.text === 'edited elsewhere')
})

/** The next pull after `hold` is answered by the server at once, and here when it is let go. */
function createLateLine() {
  const held = Promise.withResolvers<void>()
  const read = Promise.withResolvers<void>()
  let isHolding = false
  const request: SyncRequest = async (path, init) => {
    const response = await server.requestAs(partition)(path, init)
    if (!isHolding || !path.endsWith('/pull')) return response
    isHolding = false
    read.resolve()
    await held.promise
    return response
  }
  return { request, hold: () => (isHolding = true), read: read.promise, letGo: held.resolve }
}

/** A replica that has pushed a note, and waits for a page that holds it as it was then. */
async function awaitLatePage() {
  const replica = await openReplica()
  const { request, hold, read, letGo } = createLateLine()
  let caughtUp = 0
  const { state } = replica.replicate({ request, onCaughtUp: () => (caughtUp += 1) })
  await state.awaitInSync()
  const note = newNote()
  await replica.write(note)
  await onServer()
  await state.awaitInSync()
  const before = caughtUp
  hold()
  state.reSync()
  await read
  const arrives = async () => {
    const seen: string[] = []
    replica.notes.$.subscribe(({ documentData }) => seen.push(documentData.text))
    letGo()
    await eventually(
      async () => caughtUp,
      (times) => times > before,
    )
    return seen
  }
  return { replica, state, note, arrives }
}

test('trap 16 (P1, P5): a page that was read before a push is not written over what was pushed', async () => {
  const { replica, state, note, arrives } = await awaitLatePage()
  const edited = Promise.withResolvers<void>()
  state.sent$.subscribe((sent) => sent.text === 'edited' && edited.resolve())
  await replica.write({ ...note, text: 'edited' })
  await edited.promise
  const seen = await arrives()
  expect((await replica.all()).map(({ text }) => text)).toEqual(['edited'])
  expect(seen, 'not even for a moment').not.toContain('x')
})

test('trap 16 (P5): … nor over what the answer to a push brought', async () => {
  const { replica, note, arrives } = await awaitLatePage()
  const newDocumentState = { ...note, text: 'edited elsewhere', updatedAt: note.updatedAt + 2 }
  const rows = [{ assumedMasterState: note, newDocumentState }]
  await server.postAs(partition, 'notes/push', { schemaVersion: 0, sentAt: 0, rows })
  // It conflicts, and nothing of it is left to push.
  await replica.write({ ...note, updatedAt: note.updatedAt + 1 })
  await eventually(replica.all, ([held]) => held?.text === 'edited elsewhere')
  const seen = await arrives()
  expect((await replica.all()).map(({ text }) => text)).toEqual(['edited elsewhere'])
  expect(seen, 'not even for a moment').not.toContain('x')
})
