/** What a replica and the server promise together, over a line that fails: real RxDB, real HTTP, real MongoDB. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import { newHexId, openTestDatabase } from '../testing/test-database.ts'
import type { TestDatabase } from '../testing/test-database.ts'
import { createNudgeStream } from './client/nudge-stream.ts'
import type { SyncRequest } from './client/post-json.ts'
import { reconcileWithServer } from './client/reconcile-client.ts'
import type { SyncError } from './client/sync-error.ts'
import { eventually, openTestReplica } from '../testing/replica/test-replica.ts'
import type { Note, TestReplica } from '../testing/replica/test-replica.ts'
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
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function serve(port = 0): Promise<SyncTestServer> {
  const started = await startSyncTestServer({ storage: database.openStorage(), port })
  later(() => started.stop())
  return started
}
async function openReplica(): Promise<TestReplica> {
  const replica = await openTestReplica()
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
const writeOnServer = (...documents: WireDocument[]) =>
  server.postAs(partition, 'notes/push', {
    schemaVersion: 0,
    sentAt: Date.now(),
    rows: documents.map((newDocumentState) => ({ newDocumentState })),
  })
const serverRows = () => database.rows('notes')
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const texts = (all: readonly { text: string }[]) => all.map((note) => note.text).sort()

describe('SYNC-REP-1 a reply that is lost after the commit (P2)', () => {
  test('leaves one record, without a conflict and without a second number', async () => {
    const replica = await openReplica()
    const request = server.requestAs(partition)
    let lost = 0
    const losing: SyncRequest = async (path, init) => {
      const response = await request(path, init)
      if (!path.endsWith('/push') || lost >= 3) return response
      lost += 1
      throw new Error('the line was cut after the server had committed')
    }
    const note = newNote()
    await replica.write(note)
    const { state } = replica.replicate({ request: losing })
    const conflicts: unknown[] = []
    state.conflict$.subscribe((conflict) => conflicts.push(conflict))
    await eventually(
      async () => lost,
      (count) => count === 3,
    )
    await state.awaitInSync()
    await replica.write({ ...note, text: 'and edited' })
    await eventually(serverRows, ([row]) => row?.['text'] === 'and edited')
    expect(await serverRows()).toHaveLength(1)
    expect((await database.openStorage().head(partition)).seq).toBe(2)
    expect(conflicts).toEqual([])
  })
})

describe('SYNC-REP-2 a server that dies in mid-push (P1)', () => {
  test('gets everything, once, when it is back', { timeout: 60_000 }, async () => {
    const replica = await openReplica()
    const written = Array.from({ length: 120 }, () => newNote())
    for (const note of written) await replica.write(note)
    const port = Number(new URL(server.url).port)
    let pushes = 0
    const request: SyncRequest = async (path, init) => {
      if (path.endsWith('/push') && ++pushes === 3) void server.crash()
      return server.requestAs(partition)(path, init)
    }
    replica.replicate({ request, push: { batchSize: 10 } })
    await eventually(
      async () => pushes,
      (count) => count >= 4,
    )
    expect((await serverRows()).length).toBeLessThan(120)
    server = await serve(port)
    const rows = await eventually(serverRows, (found) => found.length === 120, 20_000)
    expect(rows.map((row) => row['_seq'])).toEqual(Array.from({ length: 120 }, (_, i) => i + 1))
  })
})

describe('SYNC-REP-3 a database restored from a backup', () => {
  test('is noticed; under a new identifier it gets back what it had lost, and gives what is new', async () => {
    const replica = await openReplica()
    const troubles: SyncError[] = []
    const request = server.requestAs(partition)
    const first = replica.replicate({ request, onTrouble: (error) => troubles.push(error) })
    const [kept, lostInRestore] = [newNote({ text: 'kept' }), newNote({ text: 'lost' })]
    await replica.write(kept)
    await eventually(serverRows, (rows) => rows.length === 1)
    await replica.write(lostInRestore)
    await eventually(serverRows, (rows) => rows.length === 2)
    await eventually(
      replica.all,
      (all) => all.every((note) => note.arrivedAt) || (first.state.reSync(), false),
    )
    await database.db.collection('notes').deleteOne({ text: 'lost' })
    await database.db.collection('syncHeads').updateOne({}, { $set: { seq: 1 } })
    await database.startNewHistory()
    await writeOnServer(newNote({ text: 'after the restore' }))

    first.state.reSync()
    await eventually(
      async () => troubles.map((error) => error.trouble),
      (all) => all.includes('checkpointUnknown'),
    )
    await first.cancel()
    replica.replicate({ request, replicationIdentifier: 'notes-1' })
    await eventually(serverRows, (rows) => rows.length === 3)
    await eventually(replica.all, (all) => all.length === 3)
    expect(texts(await replica.all())).toEqual(['after the restore', 'kept', 'lost'])
  })
})

describe('SYNC-REP-4 pages pulled while others write', () => {
  test('miss nothing and double nothing', { timeout: 60_000 }, async () => {
    const replica = await openReplica()
    const { state } = replica.replicate({ request: server.requestAs(partition), pull: { batchSize: 7 } })
    const all: string[] = []
    const resync = setInterval(() => state.reSync(), 20)
    await Promise.all(
      Array.from({ length: 6 }, async (_, writer) => {
        for (let round = 0; round < 15; round++) {
          const batch = [newNote({ text: `${writer}/${round}` }), newNote({ text: `${writer}/${round}b` })]
          await writeOnServer(...batch)
          all.push(...batch.map((note) => note._id))
        }
      }),
    )
    const found = await eventually(replica.all, (documents) => documents.length === all.length)
    clearInterval(resync)
    expect(found.map((note) => note._id)).toEqual(all.sort())
  })
})

describe('SYNC-REP-5 nudges', () => {
  test('bring a change to another replica long before its own clock would fetch it', async () => {
    const [sender, receiver] = [await openReplica(), await openReplica()]
    const request = server.requestAs(partition, 'sender')
    sender.replicate({ request })
    const { reSync } = receiver.replicate({ request: server.requestAs(partition, 'receiver') })
    let opened = false
    const stream = createNudgeStream({
      request: server.requestAs(partition, 'receiver'),
      onNudge: reSync,
      onOnline: () => {
        opened = true
      },
      onOffline: () => {},
    })
    later(async () => stream.close())
    await eventually(async () => opened, Boolean)
    const delays: number[] = []
    for (let round = 1; round <= 10; round++) {
      const startedAt = performance.now()
      await sender.write(newNote())
      await eventually(receiver.all, (all) => all.length === round)
      delays.push(performance.now() - startedAt)
      await sleep(250)
    }
    const median = delays.sort((a, b) => a - b)[5] ?? Infinity
    expect(median).toBeLessThan(5_000)
  })

  test('a line that is cut is opened again, and everything is pulled once', { timeout: 30_000 }, async () => {
    const port = Number(new URL(server.url).port)
    const events: string[] = []
    const stream = createNudgeStream({
      request: (path, init) => server.requestAs(partition)(path, init),
      onNudge: (collections) => events.push(`nudge ${collections.join()}`),
      onOnline: () => events.push('online'),
      onOffline: () => events.push('offline'),
      timing: { firstRetryMs: 50, longestRetryMs: 100 },
    })
    later(async () => stream.close())
    await eventually(
      async () => events.at(-1),
      (last) => last === 'online',
    )
    await server.crash()
    await eventually(
      async () => events.at(-1),
      (last) => last === 'offline',
    )
    server = await serve(port)
    await eventually(
      async () => events.at(-1),
      (last) => last === 'online',
    )
    await writeOnServer(newNote())
    await eventually(
      async () => events.at(-1),
      (last) => last === 'nudge notes',
    )
    expect(events).toEqual(['online', 'offline', 'online', 'nudge notes'])
  })

  test('a line that is silent is given up', async () => {
    const troubles: SyncError[] = []
    const events: string[] = []
    const stream = createNudgeStream({
      request: async () => new Response(new ReadableStream()),
      onNudge: () => {},
      onOnline: () => events.push('online'),
      onOffline: () => events.push('offline'),
      onTrouble: (error) => troubles.push(error),
      timing: { silenceMs: 50, firstRetryMs: 10_000 },
    })
    later(async () => stream.close())
    await eventually(
      async () => events,
      (all) => all.join() === 'online,offline',
    )
    expect(troubles.map((error) => error.trouble)).toEqual(['unreachable'])
  })
})

describe('SYNC-REP-6 concurrent edits of one document (P5)', () => {
  test('meet in one state that holds both', async () => {
    const [one, two] = [await openReplica(), await openReplica()]
    const shared = newNote({ tags: ['first'] })
    await writeOnServer(shared)
    const replications = [one, two].map((replica) =>
      replica.replicate({ request: server.requestAs(partition) }),
    )
    await Promise.all([one, two].map((replica) => eventually(replica.all, (all) => all.length === 1)))
    await Promise.all(replications.map(({ state }) => state.awaitInSync()))
    await Promise.all([
      one.write({ ...shared, tags: ['first', 'from one'], text: 'x' }),
      two.write({ ...shared, tags: ['first', 'from two'], text: 'edited by two' }),
    ])
    const isMerged = (note: Note | undefined) =>
      note?.text === 'edited by two' && note.tags?.toSorted().join() === 'first,from one,from two'
    for (const replica of [one, two]) {
      await eventually(replica.all, ([note]) => {
        replications.forEach(({ state }) => state.reSync())
        return isMerged(note)
      })
    }
    expect(await serverRows()).toHaveLength(1)
    expect((await one.all())[0]).toEqual((await two.all())[0])
  })
})

describe('SYNC-REP-7 reconciliation finds what replication believes to be in order', () => {
  const notCompared = ['arrivedAt', 'secret']
  const touch = () => ({ updatedAt: Date.now() })

  test('documents that never reached the server, or lie there otherwise, are pushed again', async () => {
    const replica = await openReplica()
    const request = server.requestAs(partition)
    const { state } = replica.replicate({ request })
    const all = [newNote(), newNote({ text: 'lost' }), newNote({ text: 'right' }), newNote()]
    for (const note of all) await replica.write(note)
    await eventually(serverRows, (rows) => rows.length === 4)
    await state.awaitInSync()
    await database.db.collection('notes').deleteOne({ text: 'lost' })
    await database.db.collection('notes').updateOne({ text: 'right' }, { $set: { text: 'wrong' } })

    const report = await reconcileWithServer({
      collection: replica.notes,
      request,
      notCompared,
      touch,
      pageSize: 3,
      settleMs: 20,
    })
    expect(report).toMatchObject({
      compared: 4,
      missing: [all[1]?._id],
      different: [all[2]?._id],
      pullAgain: false,
    })
    await eventually(serverRows, (rows) => rows.length === 4)
    await eventually(
      () => reconcileWithServer({ collection: replica.notes, request, notCompared, touch, settleMs: 20 }),
      ({ missing, different }) => missing.length + different.length === 0,
    )
  })

  test('a document that was never pulled shows in the count', async () => {
    const replica = await openReplica()
    const request = server.requestAs(partition)
    await writeOnServer(newNote(), newNote())
    const report = await reconcileWithServer({ collection: replica.notes, request, notCompared, settleMs: 1 })
    expect(report).toMatchObject({ compared: 0, pullAgain: true })
  })

  test('what the server has refused is left alone, and what is in order is only read', async () => {
    const replica = await openReplica()
    const request = server.requestAs(partition)
    const { state } = replica.replicate({ request })
    const [good, bad] = [newNote(), newNote({ text: 'y'.repeat(300) })]
    await replica.write(good)
    await replica.write(bad)
    await eventually(serverRows, (rows) => rows.length === 1)
    await state.awaitInSync()
    const before = await replica.all()
    const report = await reconcileWithServer({
      collection: replica.notes,
      request,
      notCompared,
      touch,
      isQuarantined: (id) => id === bad._id,
      settleMs: 1,
    })
    expect(report).toEqual({ compared: 1, missing: [], different: [], pushedAgain: [], pullAgain: false })
    expect((await replica.all()).map((note) => note.updatedAt)).toEqual(before.map((note) => note.updatedAt))
  })
})

describe('SYNC-REP-8 a server that says no', () => {
  test.each([
    [401, 'unauthenticated'],
    [426, 'outdated'],
  ])('%i is told, is not repeated at once, and holds up nothing else', async (status, trouble) => {
    const replica = await openReplica()
    const troubles: string[] = []
    let requests = 0
    let isRefused = true
    const real = server.requestAs(partition)
    const { reSync } = replica.replicate({
      request: async (path, init) => {
        requests += 1
        return isRefused ? Response.json({ error: { code: 'x', message: '' } }, { status }) : real(path, init)
      },
      onTrouble: (error) => troubles.push(error.trouble),
      retryTime: 20,
    })
    await replica.write(newNote())
    await sleep(500)
    expect(new Set(troubles)).toEqual(new Set([trouble]))
    expect(requests).toBeLessThanOrEqual(2)
    isRefused = false
    reSync()
    await eventually(serverRows, (rows) => rows.length === 1)
  })
})

describe('SYNC-REP-9 large batches', () => {
  test(
    'are cut to what the server takes, and one row that is too large holds up nothing',
    { timeout: 60_000 },
    async () => {
      const replica = await openReplica()
      const refused: string[] = []
      const sizes: number[] = []
      const real = server.requestAs(partition)
      const large = Array.from({ length: 6 }, () => newNote({ body: 'z'.repeat(3 * 1024 * 1024) }))
      const giant = newNote({ body: 'z'.repeat(9 * 1024 * 1024) })
      for (const note of [...large.slice(0, 3), giant, ...large.slice(3)]) await replica.write(note)
      replica.replicate({
        request: async (path, init) => {
          const response = await real(path, init)
          if (path.endsWith('/push')) sizes.push(response.status)
          return response
        },
        push: { batchSize: 100 },
        onQuarantined: (rows) => void refused.push(...rows.map((row) => `${row.id} ${row.error.code}`)),
      })
      await eventually(serverRows, (rows) => rows.length === 6, 30_000)
      expect(refused).toEqual([`${giant._id} payload_too_large`])
      expect(new Set(sizes)).toEqual(new Set([200]))
    },
  )
})

test('SYNC-REP-10 local fields stay here and come back on conflicts; kept documents are not sent', async () => {
  const replica = await openReplica()
  const request = server.requestAs(partition)
  const sent: unknown[] = []
  const { state } = replica.replicate({
    request,
    pull: { modifier: (document) => ({ ...document, body: 'local' }) },
    push: {
      modifier: ({ body: _local, ...document }) =>
        document['text'] === 'draft' ? null : (document as WireDocument),
    },
  })
  state.sent$.subscribe((document) => sent.push(document._id))
  const [note, draft] = [newNote({ body: 'local' }), newNote({ text: 'draft' })]
  await replica.write(note)
  await replica.write(draft)
  await eventually(serverRows, (rows) => rows.length === 1)
  expect((await serverRows())[0]).not.toHaveProperty('body')
  await state.awaitInSync()
  expect(sent).toEqual([note._id])
  await writeOnServer() // Nothing: an empty push is refused, and changes nothing.
  await server.postAs(partition, 'notes/push', {
    schemaVersion: 0,
    sentAt: 0,
    rows: [
      {
        assumedMasterState: newNote({ _id: note._id }),
        newDocumentState: newNote({ _id: note._id, tags: ['server'] }),
      },
    ],
  })
  await replica.write({ ...note, tags: ['desk'] })
  const [merged] = await eventually(replica.all, (all) => {
    state.reSync()
    return all.some((found) => found.tags?.length === 2)
  }).then((all) => all.filter((found) => found._id === note._id))
  expect(merged).toMatchObject({ body: 'local', tags: ['server', 'desk'] })
  expect(notes.withheld).toEqual(['secret'])
})
