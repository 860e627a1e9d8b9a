/** Chowki's own collections through the generic sync code. */
import { defineCollection } from '@chowki/shared/collections/define-collection.ts'
import { optional, text } from '@chowki/shared/collections/fields.ts'
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import type { PushResult, PushRow, WireDocument } from '@chowki/shared/protocol/messages.ts'
import { sampleDocument } from '@chowki/shared/test-data/sample-document.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMemoryStorage } from '../../storage/memory/memory-storage.ts'
import type { MemoryStorage } from '../../storage/memory/memory-storage.ts'
import { pull } from '../../sync/server/pull.ts'
import { push } from '../../sync/server/push.ts'
import { toReplicatedCollection } from './kiosk-sync.ts'

const societyId = 'a'.repeat(24)
const now = 1_800_000_000_000

const collectionNamed = (name: string) => {
  const found = kioskCollections.find((definition) => definition.name === name)
  if (!found) throw new Error(name)
  return toReplicatedCollection(found)
}

const visit = (fields: object = {}): WireDocument => ({
  _id: 'c'.repeat(24),
  societyId,
  createdAt: now,
  updatedAt: now,
  visitorId: '1'.repeat(24),
  flatId: '2'.repeat(24),
  flatIds: ['2'.repeat(24)],
  entryType: 'Guest',
  entryDateTime: now,
  entryGuard: '3'.repeat(24),
  state: 'Inside',
  sortKey: 10_000_000_000_000 - now,
  approvalStatus: 'Approved',
  gateId: '4'.repeat(24),
  deviceId: '5'.repeat(24),
  deviceTime: now,
  ...fields,
})

async function pushVisit(document: WireDocument, sentAt = now) {
  const storage = createMemoryStorage()
  const collection = collectionNamed('visitorEntries')
  const context = { storage, collection, partition: societyId, source: 'desk', now }
  const request = { schemaVersion: collection.version, sentAt, rows: [{ newDocumentState: document }] }
  const result = await push(context, request)
  const page = await pull(
    { storage, collection, partition: societyId },
    { schemaVersion: collection.version, checkpoint: null, limit: 10 },
  )
  if (!result.ok || !page.ok) throw new Error('refused as a whole')
  const [answer] = result.value
  return { answer: answer as PushResult, stored: page.value.documents[0] }
}

test('P4 a record gets the server’s time of its arrival, and how far the clocks are apart', async () => {
  const { stored } = await pushVisit(visit(), now + 90_000)
  expect(stored).toMatchObject({ serverTime: now, timeDriftMs: 90_000, deviceTime: now })
})

test('P4 a clock of any kind is stamped and does no harm', async () => {
  for (const sentAt of [0, -1e300, 1e300, Number.MAX_SAFE_INTEGER, 0.5]) {
    const { answer, stored } = await pushVisit(visit(), sentAt)
    expect(answer.status).toBe('stored')
    const { serverTime: _a, timeDriftMs, ...own } = stored as WireDocument
    expect(Number.isSafeInteger(timeDriftMs)).toBe(true)
    expect(collectionNamed('visitorEntries').validate(own, societyId).ok).toBe(true)
  }
})

describe('FAULT-4 P7: an Aadhaar number that arrives', () => {
  const collection = collectionNamed('visitorEntries')
  const sent = visit({
    notes: 'Showed 2345 6789 0124',
    vehicleDetails: { number: '234567890124', type: 'Car' },
  })
  const pushInto = async (storage: MemoryStorage, row: PushRow) => {
    const context = { storage, collection, partition: societyId, source: 'desk', now }
    const result = await push(context, { schemaVersion: collection.version, sentAt: now, rows: [row] })
    return result.ok ? result.value[0]?.status : result.error.code
  }

  test('is stored with its last four digits only, and comes back so to the kiosk that sent it', async () => {
    expect((await pushVisit(sent)).stored).toMatchObject({
      notes: 'Showed XXXX XXXX 0124',
      vehicleDetails: { number: 'XXXXXXXX0124' },
    })
  })

  test('is no conflict, neither sent again nor assumed by a later edit', async () => {
    const storage = createMemoryStorage()
    expect(await pushInto(storage, { newDocumentState: sent })).toBe('stored')
    expect(await pushInto(storage, { newDocumentState: sent })).toBe('unchanged')
    const left = { ...sent, state: 'Left', exitDateTime: now }
    expect(await pushInto(storage, { assumedMasterState: sent, newDocumentState: left })).toBe('stored')
  })

  test('is not kept in the quarantine either', async () => {
    const storage = createMemoryStorage()
    expect(await pushInto(storage, { newDocumentState: { ...sent, isVip: 'by 2345 6789 0124' } })).toBe(
      'quarantined',
    )
    expect(storage.quarantined()).toHaveLength(1)
    expect(JSON.stringify(storage.quarantined())).not.toMatch(/2345 ?6789 ?0124/)
  })
})

test.each([
  ['another society', { societyId: 'b'.repeat(24) }, 'foreign_society', 'societyId'],
  ['a society that is no id', { societyId: { $ne: null } }, 'invalid_document', 'societyId'],
  ['a time of 1970', { entryDateTime: 0 }, 'invalid_document', 'entryDateTime'],
  ['a time after 2100', { entryDateTime: 4_200_000_000_000 }, 'invalid_document', 'entryDateTime'],
  ['a control character', { notes: 'a\u0000b' }, 'invalid_document', 'notes'],
  ['an unknown word', { entryType: 'Burglar' }, 'invalid_document', 'entryType'],
  ['an unknown field', { isVip: true }, 'invalid_document', 'isVip'],
  ['a deletion', { _deleted: true }, 'field_not_writable', '_deleted'],
])('%s is quarantined by code and field', async (_name, fields, code, field) => {
  const { answer, stored } = await pushVisit(visit(fields))
  expect(answer).toMatchObject({ status: 'quarantined', error: { code, field: `newDocumentState/${field}` } })
  expect(stored).toBeUndefined()
})

test('names in every script pass', async () => {
  for (const notes of ['सुरेश कुमार', 'சுரேஷ்', 'ಸುರೇಶ್', 'సురేష్', 'സുരേഷ്', 'সুরেশ', 'ਸੁਰੇਸ਼', 'સુરેશ', 'ସୁରେଶ', '👮🏽']) {
    const { answer, stored } = await pushVisit(visit({ notes }))
    expect([answer.status, stored?.notes]).toEqual(['stored', notes])
  }
})

test('P6, P7 of users only guards and supervisors go to a kiosk, and of them only what it needs', async () => {
  const users = collectionNamed('users')
  const storage = createMemoryStorage()
  const roles = ['Resident', 'Guard', 'Admin', 'Supervisor', 'SuperAdmin']
  await storage.transact(societyId, async (transaction) =>
    transaction.insert(
      'users',
      roles.map((role, index) => {
        const _id = String(index).repeat(24)
        const secrets = { phoneNumber: '9876543210', email: 'a@b.c', password: 'p'.repeat(30), fcmToken: 't' }
        return {
          id: _id,
          deleted: false,
          document: { _id, societyId, name: role, role, isActive: true, ...secrets },
        }
      }),
    ),
  )
  const page = await pull(
    { storage, collection: users, partition: societyId },
    { schemaVersion: users.version, checkpoint: null, limit: 10 },
  )
  const documents = page.ok ? page.value.documents : []
  expect(documents.map((document) => document.role)).toEqual(['Guard', 'Supervisor'])
  expect(
    documents.flatMap((document) => Object.keys(document)).filter((name) => users.withheld.includes(name)),
  ).toEqual([])
})

test('SYNC-PUSH-8 a kiosk of the version before is understood, and gets nothing that it does not know', () => {
  const { upgrade, downgrade } = toReplicatedCollection({
    ...defineCollection({
      name: 'bells',
      version: 2,
      fields: { sound: text(10), volume: optional(text(5)) },
      addedFields: { 2: ['volume'] },
      migrations: { 1: (bell) => ({ ...bell, one: true }), 2: (bell) => ({ ...bell, volume: 'loud' }) },
      downgrades: { 2: (bell) => ({ ...bell, sound: 'ding' }) },
    }),
    kiosk: { indexes: [], encrypted: [], writes: 'own', serverOwned: [], withheld: [], merge: [] },
  })
  expect(upgrade?.({ sound: 'dong' })).toEqual({ sound: 'dong', volume: 'loud' })
  expect(downgrade?.({ sound: 'dong', volume: 'loud' })).toEqual({ sound: 'ding' })
})

describe('every replicated collection', () => {
  test.each(kioskCollections.map((definition) => [definition.name, definition] as const))(
    '%s: a replica’s document passes when it may write, and is quarantined when it may not',
    async (_name, definition) => {
      const collection = toReplicatedCollection(definition)
      const leftOut = new Set([...collection.serverOwned, ...collection.withheld])
      await fc.assert(
        fc.asyncProperty(sampleDocument(definition), async (sample) => {
          const own = Object.fromEntries(
            Object.entries({ ...sample, societyId }).filter(([name]) => !leftOut.has(name)),
          )
          const document = { ...own, _id: 'd'.repeat(24) } as WireDocument
          const context = {
            storage: createMemoryStorage(),
            collection,
            partition: societyId,
            source: 'desk',
            now,
          }
          const result = await push(context, {
            schemaVersion: definition.version,
            sentAt: now,
            rows: [{ newDocumentState: document }],
          })
          const status = result.ok ? result.value[0]?.status : result.error.code
          expect(status).toBe(definition.kiosk.writes === 'own' ? 'stored' : 'quarantined')
        }),
        { numRuns: 20 },
      )
    },
  )
})
