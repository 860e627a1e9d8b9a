/**
 * Trap 17: the server has judged a push, somebody else changes the document, and the page that holds this comes before the
 * answer to the push. Trap 18: a replication ends, and RxDB still writes. Trap 16: the answer comes while RxDB looks at a
 * page that is older than the push (one that still travels: `echoes.mongo.test.ts`). Real RxDB, HTTP and MongoDB.
 * Without `settled` in `pull-handler.ts` the first three fail, without `isWriting` in `watch-writes.ts` that of trap 18,
 * without `refuseOvertakenWrites` that of trap 16.
 */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import { newHexId, openTestDatabase } from '../testing/test-database.ts'
import type { TestDatabase } from '../testing/test-database.ts'
import type { SyncRequest } from './client/post-json.ts'
import { eventually, openTestReplica } from '../testing/replica/test-replica.ts'
import type { Note, TestReplica } from '../testing/replica/test-replica.ts'
import { notesLayout, startSyncTestServer } from '../testing/replica/sync-test-server.ts'
import type { SyncTestServer } from '../testing/replica/sync-test-server.ts'

let database: TestDatabase
let server: SyncTestServer
let replica: TestReplica
let partition: string
let note: Note

beforeEach(async () => {
  database = await openTestDatabase([notesLayout])
  partition = newHexId()
  server = await startSyncTestServer({ storage: database.openStorage() })
  replica = await openTestReplica()
  note = { _id: newHexId(), ownerId: partition, updatedAt: 1_700_000_000_000, text: 'x' }
})
afterEach(async () => {
  await replica.close()
  await server.stop()
  await database.drop()
})

const onServer = () =>
  eventually(
    () => database.rows('notes'),
    (rows) => rows.length === 1,
  )
const seqOnServer = async () => (await database.openStorage().head(partition)).seq
const texts = async () => (await replica.all()).map(({ text }) => text)
/** Long enough for RxDB to pass over a page, were it given one. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 200))

const editElsewhere = () =>
  server.postAs(partition, 'notes/push', {
    schemaVersion: 0,
    sentAt: 0,
    rows: [{ assumedMasterState: note, newDocumentState: { ...note, text: 'edited elsewhere' } }],
  })
const eraseElsewhere = () =>
  database.openStorage().transact(partition, async (transaction) => {
    transaction.replace('notes', [{ id: note._id, deleted: true, document: { ...note, text: 'erased' } }])
  })

/** Pulls wait for `letPull`, answers to pushes for `letAnswer`; the first of them may be lost. */
function createHeldLine() {
  const pulls = Promise.withResolvers<void>()
  const answers = Promise.withResolvers<'arrives' | 'is lost'>()
  const page = Promise.withResolvers<void>()
  let pushes = 0
  const request: SyncRequest = async (path, init) => {
    const isPull = path.endsWith('/pull')
    if (isPull) await pulls.promise
    const response = await server.requestAs(partition)(path, init)
    if (isPull) page.resolve()
    else if (path.endsWith('/push') && (pushes += 1) === 1 && (await answers.promise) === 'is lost') {
      throw new Error('the line was cut after the server had committed')
    }
    return response
  }
  return { request, letPull: pulls.resolve, letAnswer: answers.resolve, page: page.promise }
}

const changes = [
  { what: 'edit', change: editElsewhere, left: ['edited elsewhere'] },
  { what: 'erasure', change: eraseElsewhere, left: [] },
]

test.each(changes)(
  'trap 17 (P5): an $what that follows a push arrives, though before its answer',
  async ({ change, left }) => {
    const { request, letPull, letAnswer, page } = createHeldLine()
    await replica.write(note)
    const { state } = replica.replicate({ request })
    await onServer()
    await change()
    letPull()
    await page
    await aWhile()
    letAnswer('arrives')
    await eventually(texts, (now) => JSON.stringify(now) === JSON.stringify(left))
    await state.awaitInSync()
    expect(await texts()).toEqual(left)
    expect(await seqOnServer(), 'nothing is pushed for it').toBe(2)
  },
)

test('trap 17 (P5): … though before RxDB has its own record of the answer', async () => {
  const { request, letPull, letAnswer, page } = createHeldLine()
  await replica.write(note)
  const { state } = replica.replicate({ request })
  await onServer()
  const isRecording = Promise.withResolvers<void>()
  const mayRecord = Promise.withResolvers<void>()
  const disk = state.metaInstance
  if (!disk) throw new Error('the replication has not started')
  // Below what the client itself watches.
  const below = disk.bulkWrite.bind(disk)
  disk.bulkWrite = async (rows, context) => {
    if (context === 'replication-up-write-meta') {
      isRecording.resolve()
      await mayRecord.promise
    }
    return below(rows, context)
  }
  letAnswer('arrives')
  await isRecording.promise
  await editElsewhere()
  letPull()
  await page
  await aWhile()
  mayRecord.resolve()
  await eventually(texts, ([text]) => text === 'edited elsewhere')
  expect(await seqOnServer()).toBe(2)
})

test('trap 17 (P1): a push whose answer is lost holds up nothing, and is judged again', async () => {
  const { request, letPull, letAnswer, page } = createHeldLine()
  await replica.write(note)
  const first = replica.replicate({ request, retryTime: 60_000 })
  await onServer()
  await editElsewhere()
  const other: Note = { ...note, _id: newHexId(), text: 'another' }
  await server.postAs(partition, 'notes/push', {
    schemaVersion: 0,
    sentAt: 0,
    rows: [{ newDocumentState: other }],
  })
  letPull()
  await page
  letAnswer('is lost')
  await eventually(texts, (now) => now.includes('another'))
  await first.cancel()
  const { state } = replica.replicate({ request })
  await state.awaitInSync()
  expect((await texts()).toSorted()).toEqual(['another', 'edited elsewhere'])
})

test('trap 18 (P5): a replication that ends while RxDB writes a page leaves the document to the next one', async () => {
  await server.postAs(partition, 'notes/push', {
    schemaVersion: 0,
    sentAt: 0,
    rows: [{ newDocumentState: note }],
  })
  const isWriting = Promise.withResolvers<void>()
  const mayWrite = Promise.withResolvers<void>()
  const disk = replica.notes.storageInstance
  const write = disk.bulkWrite.bind(disk)
  // As on a disk, writes do not overtake each other.
  let lastWrite: Promise<unknown> = mayWrite.promise
  disk.bulkWrite = (rows, context) => {
    isWriting.resolve()
    const written = lastWrite.then(() => write(rows, context))
    lastWrite = written
    return written
  }
  const request = server.requestAs(partition)
  const first = replica.replicate({ request })
  await isWriting.promise
  await editElsewhere()
  const next = first.cancel().then(() => replica.replicate({ request }))
  await aWhile()
  mayWrite.resolve()
  await next
  await eventually(texts, ([text]) => text === 'edited elsewhere')
})

test('trap 16 (P1, P5): a page that RxDB looks at while a push is answered is not written over what was pushed', async () => {
  const read = Promise.withResolvers<void>()
  const mayArrive = Promise.withResolvers<void>()
  const mayPush = Promise.withResolvers<void>()
  const isPushing = Promise.withResolvers<void>()
  let isHolding = false
  const request: SyncRequest = async (path, init) => {
    const response = await server.requestAs(partition)(path, init)
    if (!isHolding || !path.endsWith('/pull')) return response
    isHolding = false
    read.resolve()
    await mayArrive.promise
    return response
  }
  const modifier = async (document: WireDocument) => {
    if (document['text'] !== 'edited') return document
    isPushing.resolve()
    await mayPush.promise
    return document
  }
  let caughtUp = 0
  const onCaughtUp = () => (caughtUp += 1)
  const { state } = replica.replicate({ request, onCaughtUp, push: { modifier } })
  await state.awaitInSync()
  await replica.write(note)
  await onServer()
  await state.awaitInSync()
  const before = caughtUp
  const other: Note = { ...note, _id: newHexId(), text: 'of elsewhere' }
  const rows = [{ newDocumentState: other }]
  await server.postAs(partition, 'notes/push', { schemaVersion: 0, sentAt: 0, rows })
  isHolding = true
  state.reSync()
  await read.promise
  await replica.write({ ...note, text: 'edited' })
  await isPushing.promise
  const { metaInstance } = state
  if (!metaInstance) throw new Error('the replication has not started')
  const { findDocumentsById, bulkWrite } = metaInstance
  const isRecorded = Promise.withResolvers<void>()
  metaInstance.bulkWrite = async (rows, context) => {
    const written = await bulkWrite.call(metaInstance, rows, context)
    if (context === 'replication-up-write-meta') isRecorded.resolve()
    return written
  }
  // RxDB has the page, and reads what it believes of the server: only when the push is answered and recorded.
  metaInstance.findDocumentsById = async (ids, withDeleted) => {
    if (ids.includes(`${note._id}|0`)) {
      mayPush.resolve()
      await isRecorded.promise
    }
    return findDocumentsById.call(metaInstance, ids, withDeleted)
  }
  const seen: string[] = []
  replica.notes.$.subscribe(({ documentData }) => seen.push(documentData.text))
  mayArrive.resolve()
  await eventually(
    async () => caughtUp,
    (times) => times > before,
  )
  expect((await texts()).toSorted()).toEqual(['edited', 'of elsewhere'])
  expect(seen, 'not even for a moment').not.toContain('x')
  // What is left out of one page comes with another, stamp and all.
  state.reSync()
  await eventually(replica.all, (all) => all.every(({ arrivedAt }) => arrivedAt !== undefined))
  expect((await texts()).toSorted()).toEqual(['edited', 'of elsewhere'])
  expect((await database.rows('notes')).map(({ text }) => text).toSorted()).toEqual([
    'edited',
    'of elsewhere',
  ])
})
