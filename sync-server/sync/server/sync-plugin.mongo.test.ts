/** Bad input and wrong callers at the routes themselves, over HTTP. */
import { gzipSync } from 'node:zlib'
import { protocolHeader } from '@chowki/shared/protocol/messages.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newHexId, openTestDatabase } from '../../testing/test-database.ts'
import type { TestDatabase } from '../../testing/test-database.ts'
import { notes, notesLayout, startSyncTestServer } from '../../testing/replica/sync-test-server.ts'
import type { SyncTestServer } from '../../testing/replica/sync-test-server.ts'

let database: TestDatabase
let server: SyncTestServer
const partition = newHexId()
const now = 1_800_000_000_000

beforeAll(async () => {
  database = await openTestDatabase([notesLayout])
  server = await startSyncTestServer({ storage: database.openStorage(), now: () => now })
})
afterAll(async () => {
  await server.stop()
  await database.drop()
})

const newNote = (fields: object = {}) => ({
  _id: newHexId(),
  ownerId: partition,
  updatedAt: 1_700_000_000_000,
  text: 'x',
  ...fields,
})
const pushOf = (...documents: object[]) => ({
  schemaVersion: 0,
  sentAt: now,
  rows: documents.map((newDocumentState) => ({ newDocumentState })),
})
const pullOf = (changes: object = {}) => ({ schemaVersion: 0, checkpoint: null, limit: 10, ...changes })
const post = (path: string, body: unknown, headers?: Record<string, string>) =>
  server.postAs(partition, path, body, headers)

describe('SYNC-HTTP-1 a request that does not fit is refused with code, field and remedy', () => {
  test.each([
    ['negative limit', 'pull', pullOf({ limit: -1 }), 'limit'],
    ['no limit', 'pull', { schemaVersion: 0, checkpoint: null }, 'limit'],
    ['giant limit', 'pull', pullOf({ limit: 1e15 }), 'limit'],
    ['limit as text', 'pull', pullOf({ limit: '10' }), 'limit'],
    ['fraction', 'pull', pullOf({ limit: 1.5 }), 'limit'],
    ['checkpoint as text', 'pull', pullOf({ checkpoint: 'begin' }), 'checkpoint'],
    ['negative seq', 'pull', pullOf({ checkpoint: { lineage: 'a', seq: -1 } }), 'checkpoint/seq'],
    ['seq beyond integers', 'pull', pullOf({ checkpoint: { lineage: 'a', seq: 2 ** 60 } }), 'checkpoint/seq'],
    ['seq missing', 'pull', pullOf({ checkpoint: { lineage: 'a' } }), 'checkpoint/seq'],
    [
      'operator as lineage',
      'pull',
      pullOf({ checkpoint: { lineage: { $ne: 1 }, seq: 1 } }),
      'checkpoint/lineage',
    ],
    ['unknown field', 'pull', pullOf({ partition: newHexId() }), 'partition'],
    ['no rows', 'push', { schemaVersion: 0, sentAt: 1, rows: [] }, 'rows'],
    ['too many rows', 'push', pushOf(...Array.from({ length: 1_001 }, () => ({}))), 'rows'],
    ['row of null', 'push', { schemaVersion: 0, sentAt: 1, rows: [null] }, 'rows/0'],
    ['sentAt as text', 'push', { ...pushOf(newNote()), sentAt: 'now' }, 'sentAt'],
    [
      'hash of another kind',
      'reconcile',
      { schemaVersion: 0, rows: [{ id: 'a', hash: 'xyz' }] },
      'rows/0/hash',
    ],
    ['list for an object', 'pull', [], 'body'],
    ['text for an object', 'pull', '"x"', 'body'],
    ['no JSON', 'pull', '{"a":', 'body'],
    ['nothing', 'pull', '', 'body'],
    ['bytes that are no UTF-8', 'pull', Buffer.from('{"schemaVersion":"\u00e9"}', 'latin1'), 'body'],
    ['prototype key', 'pull', '{"schemaVersion":0,"checkpoint":null,"limit":1,"__proto__":{"x":1}}', 'body'],
    ['constructor key', 'push', '{"rows":[{"newDocumentState":{"constructor":{"prototype":{}}}}]}', 'body'],
  ])('%s', async (_name, route, body, field) => {
    const { status, body: answer } = await post(`notes/${route}`, body)
    expect([
      status,
      answer.error.code,
      answer.error.field?.split('/').slice(0, field.split('/').length).join('/'),
    ]).toEqual([400, 'invalid_request', field])
    expect(answer.error).toHaveProperty('remedy')
  })

  test('an unknown collection, also one with the name of a built-in property', async () => {
    for (const name of ['flowers', 'constructor', '__proto__', 'toString', '..%2Fnotes']) {
      const { status, body } = await post(`${name}/pull`, pullOf())
      expect([status, body.error.code]).toEqual([404, 'collection_unknown'])
    }
  })

  test('an error does not repeat the value that it is about (P7)', async () => {
    const { body } = await post(
      'notes/push',
      pushOf(newNote({ text: { phone: '9876543210' } }), newNote({ 'call 9876543210': 1 })),
    )
    expect(body['results']).toMatchObject([{ status: 'quarantined' }, { status: 'quarantined' }])
    expect(JSON.stringify(body)).not.toContain('9876543210')
  })
})

describe('SYNC-HTTP-2 bodies are bounded', () => {
  test('10 MB are refused', async () => {
    const { status, body } = await post('notes/push', pushOf(newNote({ text: 'x'.repeat(10 * 1024 * 1024) })))
    expect([status, body.error.code]).toEqual([413, 'payload_too_large'])
  })

  test('a gzip bomb is refused at the bound, without its memory', async () => {
    const bomb = gzipSync(Buffer.alloc(512 * 1024 * 1024, 0x20), { level: 9 })
    const before = process.memoryUsage().rss
    const { status, body } = await post('notes/push', bomb, { 'content-encoding': 'gzip' })
    expect([status, body.error.code]).toEqual([413, 'payload_too_large'])
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  })

  test('gzip is read; what only says so is not', async () => {
    const good = await post('notes/push', gzipSync(JSON.stringify(pushOf(newNote()))), {
      'content-encoding': 'gzip',
    })
    expect(good.body['results']).toEqual([{ status: 'stored' }])
    const bad = await post('notes/push', JSON.stringify(pushOf(newNote())), { 'content-encoding': 'gzip' })
    expect([bad.status, bad.body.error.code]).toEqual([400, 'invalid_request'])
    const other = await post('notes/push', JSON.stringify(pushOf(newNote())), { 'content-encoding': 'br' })
    expect([other.status, other.body.error.field]).toEqual([415, 'content-encoding'])
    const text = await post('notes/push', JSON.stringify(pushOf(newNote())), { 'content-type': 'text/plain' })
    expect([text.status, text.body.error.code]).toEqual([415, 'media_type_unsupported'])
  })

  test('a document nested a hundred thousand deep is set aside; its neighbour is stored', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const neighbour = newNote()
    const text = JSON.stringify(pushOf(newNote({ text: 'HERE' }), neighbour)).replace('"HERE"', deep)
    const { status, body } = await post('notes/push', text)
    expect(status).toBe(200)
    expect(body['results']).toMatchObject([{ status: 'quarantined' }, { status: 'stored' }])
  })

  test('large answers are compressed where the caller reads it', async () => {
    await post('notes/push', pushOf(...Array.from({ length: 50 }, () => newNote())))
    const pull = (encoding: string) =>
      server.requestAs(partition)('/api/sync/notes/pull', {
        method: 'POST',
        headers: { 'content-type': 'application/json', [protocolHeader]: '2', 'accept-encoding': encoding },
        body: JSON.stringify(pullOf({ limit: 50 })),
      })
    const [gzipped, plain] = [await pull('gzip, br'), await pull('identity')]
    expect(gzipped.headers.get('content-encoding')).toBe('gzip')
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(await gzipped.json()).toEqual(await plain.json())
  })
})

describe('SYNC-HTTP-3 callers', () => {
  test('without credentials nothing is read and nothing is said', async () => {
    for (const [method, path] of [
      ['POST', 'notes/pull'],
      ['POST', 'flowers/push'],
      ['GET', 'nudges'],
    ]) {
      const response = await fetch(`${server.url}/api/sync/${path}`, {
        method: method as string,
        headers: { 'content-type': 'application/json' },
        ...(method === 'POST' ? { body: '{"not json' } : {}),
      })
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject({ error: { code: 'unauthenticated' } })
    }
  })

  test('of a protocol that is not spoken, or of none', async () => {
    for (const version of ['3', '0', '2.0', 'x', '', '99999999999999999999']) {
      const { status, body } = await post('notes/pull', pullOf(), { [protocolHeader]: version })
      expect([status, body.error.code]).toEqual([426, 'protocol_unsupported'])
    }
    const response = await server.requestAs(partition)('/api/sync/notes/pull', { method: 'POST' })
    expect(response.status).toBe(426)
  })

  test('of protocol 1 get its answer to a push, and no reconciliation', async () => {
    const v1 = { [protocolHeader]: '1' }
    const note = newNote()
    const bad = newNote({ text: 7 })
    const first = await post('notes/push', pushOf(note, bad), v1)
    expect(first.body).toEqual({
      conflicts: [],
      rejected: [{ id: bad._id, code: 'invalid_document' }],
      serverTime: now,
    })
    const second = await post('notes/push', pushOf({ ...note, text: 'other' }), v1)
    expect(second.body).toMatchObject({ conflicts: [{ _id: note._id, text: 'x' }], rejected: [] })
    const reconcile = await post('notes/reconcile', { schemaVersion: 0, rows: [] }, v1)
    expect([reconcile.status, reconcile.body.error.code]).toEqual([426, 'protocol_unsupported'])
  })

  test('of one partition see nothing of another, whatever they ask (P6)', async () => {
    const foreign = newNote({ text: 'for our eyes only' })
    await post('notes/push', pushOf(foreign))
    const stranger = newHexId()
    const answers = await Promise.all([
      server.postAs(stranger, 'notes/pull', pullOf({ limit: 1_000 })),
      server.postAs(stranger, 'notes/push', pushOf(foreign, { ...foreign, ownerId: stranger })),
      server.postAs(stranger, 'notes/reconcile', {
        schemaVersion: 0,
        rows: [{ id: foreign._id, hash: 'a'.repeat(64) }],
      }),
    ])
    expect(JSON.stringify(answers)).not.toContain('for our eyes only')
    expect(answers[0].body['documents']).toEqual([])
    expect(answers[1].body['results']).toMatchObject([{ status: 'quarantined' }, { status: 'quarantined' }])
    expect(answers[2].body).toMatchObject({ missing: [foreign._id], different: [], liveCount: 0 })
    const theirs = await post('notes/pull', pullOf({ limit: 1_000 }))
    const { checkpoint } = theirs.body as unknown as { checkpoint: object }
    const reused = await server.postAs(stranger, 'notes/pull', pullOf({ checkpoint }))
    expect([reused.status, reused.body.error.code]).toEqual([410, 'checkpoint_unknown'])
  })
})

describe('SYNC-HTTP-4 the store', () => {
  test('that cannot be reached is a 503, not the replica’s fault', async () => {
    const lost = await openTestDatabase([notesLayout])
    const alone = await startSyncTestServer({ storage: lost.openStorage() })
    await lost.drop()
    const { status, body } = await alone.postAs(partition, 'notes/push', pushOf(newNote()))
    expect([status, body.error.code]).toEqual([503, 'server_unavailable'])
    await alone.stop()
  })

  test('a bug in a collection is a 500 that says nothing of its inside', async () => {
    const broken = await startSyncTestServer({
      storage: database.openStorage(),
      collections: [
        {
          ...notes,
          stamp() {
            throw new Error('password=hunter2')
          },
        },
      ],
    })
    const { status, body } = await broken.postAs(partition, 'notes/push', pushOf(newNote()))
    expect([status, body.error.code]).toEqual([500, 'internal'])
    expect(JSON.stringify(body)).not.toContain('hunter2')
    await broken.stop()
  })
})
