import { ok } from '@chowki/shared/errors/result.ts'
import type { PushRequest, PushResult, PushRow, WireDocument } from '@chowki/shared/protocol/messages.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createMemoryStorage } from '../../storage/memory/memory-storage.ts'
import type { MemoryStorage } from '../../storage/memory/memory-storage.ts'
import { RowsRefused } from '../../storage/storage.ts'
import type { SyncStorage } from '../../storage/storage.ts'
import type { ReplicatedCollection } from '../replicated-collection.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { notes } from '../../testing/replica/sync-test-server.ts'

const mine = 'a'.repeat(24)
const theirs = 'b'.repeat(24)
const now = 1_800_000_000_000
let nextId = 1
const newNote = (fields: Partial<WireDocument> = {}): WireDocument => ({
  _id: (nextId++).toString(16).padStart(24, '0'),
  ownerId: mine,
  updatedAt: 1_700_000_000_000,
  text: 'x',
  ...fields,
})

let storage: MemoryStorage
beforeEach(() => {
  storage = createMemoryStorage()
})

interface PushOptions {
  collection?: ReplicatedCollection
  partition?: string
  schemaVersion?: number
  into?: SyncStorage
}

async function pushRows(rows: readonly PushRow[], options: PushOptions = {}): Promise<PushResult[]> {
  const { collection = notes, partition = mine, schemaVersion = 0, into = storage } = options
  const context = { storage: into, collection, partition, source: 'desk', now }
  const result = await push(context, { schemaVersion, sentAt: now - 5, rows: [...rows] } as PushRequest)
  if (!result.ok) throw new Error(result.error.code)
  return result.value
}
const insert = (...documents: WireDocument[]) => documents.map((newDocumentState) => ({ newDocumentState }))
const edit = (assumedMasterState: WireDocument, changes: object): PushRow => ({
  assumedMasterState,
  newDocumentState: { ...assumedMasterState, ...changes },
})
const statuses = (results: readonly PushResult[]) => results.map((result) => result.status)
const refusals = (results: readonly PushResult[]) =>
  results.map((result) =>
    result.status === 'quarantined' ? [result.error.code, result.error.field] : result.status,
  )
async function stored(partition = mine, collection = notes) {
  const request = { schemaVersion: collection.version, checkpoint: null, limit: 1_000 }
  const result = await pull({ storage, collection, partition }, request)
  if (!result.ok) throw new Error(result.error.code)
  return result.value.documents
}

describe('SYNC-PUSH-1 each row has its own answer', () => {
  test('bad rows between good ones are quarantined with field and code; the good ones are stored', async () => {
    const rows = [
      ...insert(newNote()),
      ...insert(newNote({ text: 5 })),
      ...insert(newNote({ unknown: 1 })),
      ...insert(newNote({ ownerId: theirs })),
      ...insert({ ...newNote(), _id: 7 as never }),
      ...insert({ ...newNote(), _id: 'x'.repeat(65) }),
      ...insert(newNote({ secret: 'mine now' })),
      ...insert(newNote({ _deleted: true })),
      { ...edit(newNote(), {}), newDocumentState: newNote() },
      ...insert(newNote()),
    ]
    const results = await pushRows(rows)
    expect(refusals(results)).toEqual([
      'stored',
      ['invalid_document', 'newDocumentState/text'],
      ['invalid_document', 'newDocumentState/unknown'],
      ['forbidden', 'newDocumentState/ownerId'],
      ['invalid_document', 'newDocumentState/_id'],
      ['invalid_document', 'newDocumentState/_id'],
      ['field_not_writable', 'newDocumentState/secret'],
      ['field_not_writable', 'newDocumentState/_deleted'],
      ['invalid_document', 'assumedMasterState/_id'],
      'stored',
    ])
    expect(await stored()).toHaveLength(2)
    expect(storage.quarantined()).toHaveLength(8)
    expect(storage.quarantined()[1]).toMatchObject({
      partition: mine,
      collection: 'notes',
      source: 'desk',
      at: now,
    })
    await pushRows(rows)
    expect(storage.quarantined(), 'the same rows again are kept once').toHaveLength(8)
  })

  test('a collection that replicas may not write quarantines, so that the queue behind it goes on', async () => {
    const results = await pushRows(insert(newNote()), { collection: { ...notes, writable: false } })
    expect(refusals(results)).toEqual([['collection_not_writable', undefined]])
    expect(storage.quarantined()).toHaveLength(1)
  })

  test('a row that the store itself refuses is set aside alone', async () => {
    const [first, bad, last] = [newNote(), newNote(), newNote()]
    const fussy: SyncStorage = {
      ...storage,
      transact: (partition, work) =>
        storage.transact(partition, (transaction) =>
          work({
            ...transaction,
            insert(collection, writes) {
              if (writes.some((write) => write.id === bad._id))
                throw new RowsRefused([{ id: bad._id, rule: 'unique', field: 'text' }])
              transaction.insert(collection, writes)
            },
          }),
        ),
    }
    const results = await pushRows(insert(first, bad, last), { into: fussy })
    expect(refusals(results)).toEqual(['stored', ['invalid_document', 'newDocumentState/text'], 'stored'])
    expect((await stored()).map((document) => document._id)).toEqual([first._id, last._id])
  })

  test('an unknown schema version is refused as a whole: nothing of it could be understood', async () => {
    for (const schemaVersion of [-1, 1, 9]) {
      await expect(pushRows(insert(newNote()), { schemaVersion })).rejects.toThrow('schema_unsupported')
    }
  })
})

describe('SYNC-PUSH-2 a repeated push changes nothing (P2)', () => {
  test('new rows again: unchanged, no new number', async () => {
    const rows = insert(newNote(), newNote())
    expect(statuses(await pushRows(rows))).toEqual(['stored', 'stored'])
    const head = await storage.head(mine)
    expect(statuses(await pushRows(rows))).toEqual(['unchanged', 'unchanged'])
    expect(await storage.head(mine)).toEqual(head)
  })

  test('an edit again: unchanged, though its assumption is no longer true', async () => {
    const note = newNote()
    await pushRows(insert(note))
    const row = edit(note, { text: 'y' })
    expect(statuses(await pushRows([row]))).toEqual(['stored'])
    expect(statuses(await pushRows([row]))).toEqual(['unchanged'])
  })

  test('half of a batch known already: each row by itself', async () => {
    const [known, fresh] = [newNote(), newNote()]
    await pushRows(insert(known))
    expect(statuses(await pushRows(insert(fresh, known)))).toEqual(['stored', 'unchanged'])
  })
})

describe('SYNC-PUSH-3 a conflict is answered with what the replica may see, and changes nothing', () => {
  test('the assumed state is not the stored one', async () => {
    const note = newNote()
    await pushRows(insert(note))
    await pushRows([edit(note, { text: 'theirs' })])
    const [result] = await pushRows([edit(note, { text: 'mine' })])
    expect(result).toEqual({
      status: 'conflict',
      document: { ...note, text: 'theirs', arrivedAt: now },
    })
    expect((await stored())[0]?.text).toBe('theirs')
  })

  test('a new document whose id exists with other content', async () => {
    const note = newNote()
    await pushRows(insert(note))
    expect(statuses(await pushRows(insert({ ...note, text: 'other' })))).toEqual(['conflict'])
  })

  test('an edit of what the server has deleted gets the tombstone', async () => {
    const note = newNote()
    await pushRows(insert(note))
    await storage.transact(mine, async (transaction) => {
      const held = (await transaction.read('notes', [note._id])).get(note._id)
      if (held) transaction.replace('notes', [{ ...held, deleted: true }])
    })
    const [result] = await pushRows([edit(note, { text: 'y' })])
    expect(result).toMatchObject({ status: 'conflict', document: { _id: note._id, _deleted: true } })
  })

  test('a document that the server never got is stored, whatever was assumed of it', async () => {
    expect(statuses(await pushRows([edit(newNote(), { text: 'y' })]))).toEqual(['stored'])
  })
})

describe('SYNC-PUSH-4 rows of one document in one batch are applied in their order', () => {
  test('each is judged by what the one before it left, and the document takes one number', async () => {
    const note = newNote()
    const once = { ...note, text: 'once' }
    const rows = [
      ...insert(note),
      edit(note, { text: 'once' }),
      edit(once, { text: 'twice' }),
      edit(note, { text: 'z' }),
    ]
    expect(statuses(await pushRows(rows))).toEqual(['stored', 'stored', 'stored', 'conflict'])
    expect((await stored()).map((document) => document.text)).toEqual(['twice'])
    expect((await storage.head(mine)).seq).toBe(1)
  })
})

describe('SYNC-PUSH-5 fields of the server', () => {
  test('are stamped at arrival, kept over edits, and never taken from a replica (trap 6)', async () => {
    const note = newNote({ arrivedAt: 1 })
    await pushRows(insert(note))
    expect((await stored())[0]?.arrivedAt).toBe(now)
    expect(statuses(await pushRows([edit(note, { text: 'y', arrivedAt: 2 })]))).toEqual(['stored'])
    expect((await stored())[0]).toMatchObject({ text: 'y', arrivedAt: now })
  })

  test('that are withheld survive the edit of a replica that has never seen them', async () => {
    const note = newNote()
    await storage.transact(mine, async (transaction) =>
      transaction.insert('notes', [{ id: note._id, deleted: false, document: { ...note, secret: 's' } }]),
    )
    expect(JSON.stringify(await stored())).not.toContain('secret')
    await pushRows([edit(note, { text: 'y' })])
    const held = (await storage.readMany(mine, 'notes', [note._id])).get(note._id)
    expect(held?.document).toMatchObject({ text: 'y', secret: 's' })
  })
})

describe('SYNC-PUSH-6 partitions are apart (P6)', () => {
  test('an id of another partition cannot be written, read or told from any other unusable id', async () => {
    const foreign = newNote({ ownerId: theirs, text: 'theirs alone' })
    await pushRows(insert(foreign), { partition: theirs })
    const attempts = [
      ...insert({ ...foreign, ownerId: mine }),
      edit({ ...foreign, ownerId: mine }, { text: 'stolen' }),
    ]
    for (const attempt of attempts) {
      const results = await pushRows([attempt, ...insert(newNote())])
      expect(refusals(results)).toEqual([['invalid_document', 'newDocumentState/_id'], 'stored'])
      expect(JSON.stringify(results)).not.toMatch(/theirs alone|exist|partition|b{24}/)
    }
    expect((await stored(theirs)).map((document) => document.text)).toEqual(['theirs alone'])
    expect(await stored()).toHaveLength(2)
  })

  test('a document outside the scope is not shown as a conflict, nor made, nor moved there', async () => {
    const scoped = { ...notes, scope: { field: 'text', in: ['seen'] } }
    const hidden = newNote({ text: 'hidden' })
    await pushRows(insert(hidden))
    const results = await pushRows(
      [
        ...insert({ ...hidden, text: 'seen' }),
        ...insert(newNote({ text: 'hidden too' })),
        ...insert(newNote({ text: 'seen' })),
      ],
      { collection: scoped },
    )
    expect(refusals(results)).toEqual([
      ['invalid_document', 'newDocumentState/_id'],
      ['field_not_writable', 'newDocumentState/text'],
      'stored',
    ])
    expect((await stored(mine, scoped)).map((document) => document.text)).toEqual(['seen'])
  })
})

describe('SYNC-PUSH-7 deletions', () => {
  test('of a replica count only where the collection says so', async () => {
    const shared = { ...notes, replicaDeletes: true }
    const note = newNote()
    await pushRows(insert(note), { collection: shared })
    expect(statuses(await pushRows([edit(note, { _deleted: true })], { collection: shared }))).toEqual([
      'stored',
    ])
    expect(await stored()).toMatchObject([{ _id: note._id, _deleted: true }])
    expect(statuses(await pushRows([edit(note, { _deleted: true })], { collection: shared }))).toEqual([
      'unchanged',
    ])
  })
})

/** Version 1 renamed `text` to `title` and added `colour`. */
const titled: ReplicatedCollection = {
  ...notes,
  version: 1,
  validate: (document) => (typeof document['title'] === 'string' ? ok(true) : notes.validate({}, '')),
  upgrade: ({ text, ...rest }) => ({ ...rest, title: text, colour: 'none' }),
  downgrade: ({ title, colour: _colour, ...rest }) => ({ ...rest, text: title }),
}

describe('SYNC-PUSH-8 a replica of the schema before', () => {
  const asV1 = { collection: titled, schemaVersion: 1 }
  const asV0 = { collection: titled, schemaVersion: 0 }
  const newer = (fields: object = {}): WireDocument => {
    const { text: _text, ...rest } = newNote()
    return { ...rest, title: 'x', colour: 'red', ...fields }
  }

  test('writes in its own form; a retry of it is unchanged', async () => {
    const note = newNote()
    expect(statuses(await pushRows(insert(note), asV0))).toEqual(['stored'])
    expect((await stored(mine, titled))[0]).toMatchObject({ title: 'x', colour: 'none' })
    expect(statuses(await pushRows(insert(note), asV0))).toEqual(['unchanged'])
  })

  test('reads in its own form, conflicts included', async () => {
    await pushRows(insert(newer()), asV1)
    const result = await pull(
      { storage, collection: titled, partition: mine },
      { schemaVersion: 0, checkpoint: null, limit: 5 },
    )
    const [document] = result.ok ? result.value.documents : []
    expect(document).toMatchObject({ text: 'x' })
    expect(document).not.toHaveProperty('colour')
    const [conflict] = await pushRows(insert({ ...(document as WireDocument), text: 'other' }), asV0)
    expect(conflict).toMatchObject({ status: 'conflict', document: { text: 'x' } })
  })

  test('edits what it knows and cannot reset what it has never seen', async () => {
    const document = newer({ colour: 'red' })
    await pushRows(insert(document), asV1)
    const { title: _title, colour: _colour, ...rest } = document
    const seen: WireDocument = { ...rest, text: 'x' } as WireDocument
    expect(statuses(await pushRows([edit(seen, { text: 'edited', tags: ['new'] })], asV0))).toEqual([
      'stored',
    ])
    expect((await stored(mine, titled))[0]).toMatchObject({ title: 'edited', tags: ['new'], colour: 'red' })
    expect(
      statuses(await pushRows([edit({ ...seen, text: 'edited', tags: ['new'] }, { tags: undefined })], asV0)),
    ).toEqual(['stored'])
    expect((await stored(mine, titled))[0]).not.toHaveProperty('tags')
  })
})
