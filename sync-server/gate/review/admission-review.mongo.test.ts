import { randomBytes } from 'node:crypto'
import type { ReviewReason, VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { visitorEntriesCollection } from '@chowki/shared/collections/visitor-entries.ts'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { commands } from '../../cli/commands.ts'
import type { CliParts } from '../../cli/commands.ts'
import { readConfig } from '../../config.ts'
import type { Change } from '../../followers/follower.ts'
import { mongodbTestUrl } from '../../../build/services/mongodb-test-url.ts'
import { createLogger } from '../../ops/logging/create-logger.ts'
import { followSocieties } from '../../product-followers.ts'
import { enrolDevice, rawRows, startTestServer } from '../../testing/test-server.ts'
import type { TestDevice, TestServer } from '../../testing/test-server.ts'
import { newId } from '../../testing/test-society.ts'
import { pull, pushBody, pushDocuments, pushText, visitOf, visitorOf } from '../../testing/test-visits.ts'
import { followAdmissions } from './admission-review.ts'

let server: TestServer
let gate: TestDevice
let otherGate: TestDevice
beforeAll(async () => {
  server = await startTestServer()
  gate = await enrolDevice(server, server.lotus)
  otherGate = await enrolDevice(server, server.lotus)
})
afterAll(() => server.close())

const minute = 60_000
let phones = 0
const newPhone = () => `+9198450${String(40_000 + (phones += 1))}`

/** As the society's admin writes it, before what comes next. */
async function bar(row: object): Promise<void> {
  const at = server.clock.now - minute
  const { societyId } = server.lotus
  const envelope = { _id: newId(), societyId, createdAt: at, updatedAt: at }
  const document = { ...envelope, reason: 'Theft in tower B', isActive: true, ...row }
  await server.database.records.insert({ kind: 'admin', id: 'admin' }, societyId, 'watchlist', document)
}

async function pushVisitor(changes: object = {}): Promise<string> {
  const visitor = visitorOf(gate, server.clock.now - minute, {
    phone: newPhone(),
    name: `Visitor ${phones}`,
    ...changes,
  })
  await pushDocuments(server, gate, 'visitors', [visitor])
  return visitor._id
}

async function pushVisit(changes: object, device = gate): Promise<string> {
  const visit = visitOf(device, server.clock.now, { approvalMethod: 'PhoneCall', ...changes })
  const results = await pushDocuments(server, device, 'visitorEntries', [visit])
  expect(results).toMatchObject([{ status: 'stored' }])
  return visit._id
}

/** What the follower gets of everything written so far, in one batch. */
async function followAll(): Promise<void> {
  const { storage, records } = server.database
  const { societyId } = server.lotus
  const changes: Change[] = []
  for (const collection of ['visitors', 'visitorEntries', 'personLinks'])
    for (const row of await storage.changesAfter(societyId, collection, 0, 1_000))
      changes.push({ ...row, collection })
  await followAdmissions(records).follow(societyId, changes, new AbortController().signal)
}

const visitNow = async (id: string): Promise<VisitorEntry | undefined> =>
  (await server.database.records.find(server.lotus.societyId, 'visitorEntries', { _id: [id] }))[0]
const marksOf = async (id: string): Promise<readonly ReviewReason[]> =>
  (await visitNow(id))?.reviewReasons ?? []
const seqNow = async () => (await server.database.storage.head(server.lotus.societyId)).seq

async function run(name: string): Promise<string[]> {
  const config = readConfig({ MONGODB_URL: mongodbTestUrl() })
  if (!config.ok) throw new Error('no configuration')
  const keys = { adminKey: server.adminKey, photoKeys: [randomBytes(32)] as [Buffer] }
  const parts: CliParts = { ...server.database, keys, config: config.value, now: () => server.clock.now }
  return (await commands[name]?.({ rest: [], society: 'Lotus Heights' }, parts)) ?? []
}

test('FAULT-4 FOLLOW-13: a barred phone that came in is marked as it arrives, and every kiosk is told', async () => {
  const phone = newPhone()
  await bar({ phone })
  const logger = createLogger({ level: 'silent', personalNames: new Set() })
  const followers = followSocieties(server.database, logger)
  const id = await pushVisit({ visitorId: await pushVisitor({ phone }) })
  await vi.waitFor(async () => expect(await marksOf(id)).toEqual(['Watchlist']), { timeout: 20_000 })
  await followers.stop()
  const asked = { schemaVersion: visitorEntriesCollection.version, checkpoint: null, limit: 1_000 }
  const { documents } = (await pull(server, otherGate, 'visitorEntries', asked)).json<{
    documents: VisitorEntry[]
  }>()
  expect(documents.find(({ _id }) => _id === id)?.reviewReasons).toEqual(['Watchlist'])
  const older = (await pull(server, otherGate, 'visitorEntries', { ...asked, schemaVersion: 0 })).json<{
    documents: VisitorEntry[]
  }>()
  expect(older.documents.find(({ _id }) => _id === id)).not.toHaveProperty('reviewReasons')
})

test('FAULT-4 FOLLOW-13: barred plate, person and linked person are marked; who is barred later, or no more, is not', async () => {
  const [visitorId, linked, sound] = [await pushVisitor(), await pushVisitor(), await pushVisitor()]
  await bar({ vehicleNumber: 'MH-12 AB 1234' })
  await bar({ visitorId: linked })
  await bar({ visitorId: sound, isActive: false })
  await bar({ visitorId: sound, createdAt: server.clock.now + minute })
  await bar({ visitorId: sound, validTo: server.clock.now - 1 })
  const link = { visitorId: linked, sameAs: visitorId, basis: 'PhoneAndName', state: 'Active' }
  const envelope = { _id: linked, societyId: server.lotus.societyId, createdAt: 1e12, updatedAt: 1e12 }
  const system = { kind: 'system', id: 'test' } as const
  await server.database.records.insert(system, server.lotus.societyId, 'personLinks', {
    ...envelope,
    ...link,
  })
  const vehicleDetails = { number: 'MH12AB1234', type: 'Car' }
  const plated = await pushVisit({ visitorId: sound, vehicleDetails, state: 'Cancelled' })
  const person = await pushVisit({ visitorId, state: 'Cancelled' })
  const plain = await pushVisit({ visitorId: sound, state: 'Cancelled' })
  await followAll()
  expect(await marksOf(plated)).toEqual(['Watchlist'])
  expect(await marksOf(person)).toEqual(['Watchlist'])
  expect(await marksOf(plain)).toEqual([])
})

test('FAULT-4 FOLLOW-13: an override is marked, and one without a reason too; a reason in an older kiosk’s notes is one', async () => {
  const visitorId = await pushVisitor()
  const method = { visitorId, approvalMethod: 'Override', state: 'Cancelled' }
  const said = await pushVisit({ ...method, overrideReason: 'Emergency' })
  const noted = await pushVisit({ ...method, notes: 'Supervisor asked' })
  const unsaid = await pushVisit(method)
  await followAll()
  expect(await marksOf(said)).toEqual(['Override'])
  expect(await marksOf(noted)).toEqual(['Override'])
  expect(await marksOf(unsaid)).toEqual(['Override', 'ReasonMissing'])
})

test('FAULT-4 FOLLOW-13: in twice is marked at both gates, also when both have left; one after the other is not', async () => {
  const visitorId = await pushVisitor()
  const at = server.clock.now - 60 * minute
  const visit = (from: number, to: number) => ({
    visitorId,
    entryDateTime: at + from * minute,
    ...{ state: 'Left', exitDateTime: at + to * minute, exitGuard: newId() },
  })
  const first = await pushVisit(visit(0, 20))
  const second = await pushVisit(visit(10, 20), otherGate)
  const third = await pushVisit(visit(20, 30))
  await followAll()
  expect(await marksOf(first)).toEqual(['DoubleEntry'])
  expect(await marksOf(second)).toEqual(['DoubleEntry'])
  expect(await marksOf(third)).toEqual([])
})

test('FAULT-4 FOLLOW-13: an exit that arrives late takes the mark of a double entry back', async () => {
  const visitorId = await pushVisitor()
  const at = server.clock.now
  const visit = visitOf(gate, at, { visitorId, entryDateTime: at - 30 * minute, approvalMethod: 'PhoneCall' })
  await pushDocuments(server, gate, 'visitorEntries', [visit])
  const again = await pushVisit({ visitorId }, otherGate)
  await followAll()
  expect([await marksOf(visit._id), await marksOf(again)]).toEqual([['DoubleEntry'], ['DoubleEntry']])
  const { societyId } = server.lotus
  const left = { state: 'Left', exitDateTime: at - 10 * minute, exitGuard: newId() } as const
  const device = { kind: 'device', id: gate.deviceId } as const
  await server.database.records.change(device, societyId, 'visitorEntries', visit._id, (entry) => ({
    ...entry,
    ...left,
  }))
  await followAll()
  expect([await marksOf(visit._id), await marksOf(again)]).toEqual([[], []])
})

test('FAULT-4 FOLLOW-13: repeated, it writes nothing; what a gate writes meanwhile is kept and meets no conflict', async () => {
  const visitorId = await pushVisitor()
  const visit = visitOf(gate, server.clock.now, { visitorId, approvalMethod: 'Override' })
  await pushDocuments(server, gate, 'visitorEntries', [visit])
  await followAll()
  const seq = await seqNow()
  await followAll()
  expect(await seqNow()).toBe(seq)
  const next = {
    ...visit,
    state: 'Left',
    exitDateTime: server.clock.now + 5,
    exitGuard: newId(),
    updatedAt: visit.updatedAt + 5,
  }
  const rows = [{ newDocumentState: next, assumedMasterState: visit }]
  const body = JSON.stringify(pushBody(server, 'visitorEntries', rows))
  const answer = await pushText(server, gate, 'visitorEntries', body)
  expect(answer.json()).toMatchObject({ results: [{ status: 'stored' }] })
  expect(await visitNow(visit._id)).toMatchObject({
    state: 'Left',
    reviewReasons: ['Override', 'ReasonMissing'],
  })
})

test('FAULT-4: the command line lists what is marked, newest first, and the look is audited', async () => {
  const visitorId = await pushVisitor({ name: 'Grace Fernandes' })
  const id = await pushVisit({ visitorId, approvalMethod: 'Override', overrideReason: 'Known to me' })
  await followAll()
  const [line = ''] = (await run('review')).filter((one) => one.includes(id))
  const time = new Date(server.clock.now).toISOString()
  expect(line.split('\t').slice(0, 6)).toEqual([
    time,
    'Override',
    id,
    'Inside',
    'Main Gate',
    'Grace Fernandes',
  ])
  expect(line).toContain('Known to me')
  const entries = await rawRows(server, 'auditLogs')
  expect(entries.filter((entry) => entry['subjectId'] === id).map((entry) => entry['action'])).toContain(
    'visitorEntries.viewed',
  )
})
