import { randomBytes } from 'node:crypto'
import type { PersonLink } from '@chowki/shared/collections/person-links.ts'
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
import { pull, pushDocuments, visitorOf } from '../../testing/test-visits.ts'
import { followPersonLinks } from './person-links.ts'

let server: TestServer
let gate: TestDevice
let otherGate: TestDevice
beforeAll(async () => {
  server = await startTestServer()
  gate = await enrolDevice(server, server.lotus)
  otherGate = await enrolDevice(server, server.lotus)
})
afterAll(() => server.close())

let phones = 0
const newPhone = () => `+9198450${String(20_000 + (phones += 1))}`

async function pushVisitor(device: TestDevice, changes: object): Promise<string> {
  const visitor = visitorOf(device, server.clock.now, changes)
  await pushDocuments(server, device, 'visitors', [visitor])
  return visitor._id
}

/** What the follower gets of everything written so far, in one batch. */
async function followAll(societyId = server.lotus.societyId): Promise<void> {
  const { storage, records } = server.database
  const rows = await storage.changesAfter(societyId, 'visitors', 0, 1_000)
  const changes = rows.map((row): Change => ({ ...row, collection: 'visitors' }))
  const follower = followPersonLinks(records, () => server.clock.now)
  await follower.follow(societyId, changes, new AbortController().signal)
}

const linkOf = async (visitorId: string): Promise<PersonLink | undefined> =>
  (await server.database.records.find(server.lotus.societyId, 'personLinks', { _id: [visitorId] }))[0]

async function run(name: string, ...rest: string[]): Promise<string[]> {
  const config = readConfig({ MONGODB_URL: mongodbTestUrl() })
  if (!config.ok) throw new Error('no configuration')
  const keys = { adminKey: server.adminKey, photoKeys: [randomBytes(32)] as [Buffer] }
  const parts: CliParts = { ...server.database, keys, config: config.value, now: () => server.clock.now }
  return (await commands[name]?.({ rest, society: 'Lotus Heights' }, parts)) ?? []
}

test('FAULT-2 FOLLOW-12: the newcomer whom two gates wrote is linked as the records arrive, and kiosks are told', async () => {
  const logger = createLogger({ level: 'silent', personalNames: new Set() })
  const followers = followSocieties(server.database, logger)
  const phone = newPhone()
  const older = await pushVisitor(gate, { phone, name: 'Ravi Kumar' })
  const younger = await pushVisitor(otherGate, {
    ...{ phone, name: 'ravi  kumar', createdAt: server.clock.now + 5 },
  })
  await vi.waitFor(async () => expect(await linkOf(younger)).toBeDefined(), { timeout: 20_000 })
  await followers.stop()
  const link = { visitorId: younger, sameAs: older, basis: 'PhoneAndName', state: 'Active' }
  expect(await linkOf(younger)).toMatchObject(link)
  const answer = await pull(server, gate, 'personLinks', { schemaVersion: 0, checkpoint: null, limit: 10 })
  expect(answer.json()).toMatchObject({ documents: [link] })
})

test('FAULT-2 FOLLOW-12: another name on the phone, or another phone, is another person', async () => {
  const phone = newPhone()
  const ids = [
    await pushVisitor(gate, { phone, name: 'Ravi Kumar' }),
    await pushVisitor(otherGate, { phone, name: 'Meena Kumar' }),
    await pushVisitor(otherGate, { phone: newPhone(), name: 'Ravi Kumar' }),
  ]
  await followAll()
  for (const id of ids) expect(await linkOf(id)).toBeUndefined()
})

test('FAULT-2 FOLLOW-12: repeated, it writes nothing; an older record that comes late is the person', async () => {
  const phone = newPhone()
  const first = await pushVisitor(gate, { phone })
  const second = await pushVisitor(gate, { phone, createdAt: server.clock.now + 1 })
  await followAll()
  const { seq } = await server.database.storage.head(server.lotus.societyId)
  await followAll()
  expect((await server.database.storage.head(server.lotus.societyId)).seq).toBe(seq)
  const late = await pushVisitor(otherGate, { phone, createdAt: server.clock.now - 86_400_000 })
  await followAll()
  expect((await linkOf(first))?.sameAs).toBe(late)
  expect((await linkOf(second))?.sameAs).toBe(first)
  expect(await linkOf(late)).toBeUndefined()
})

test('FAULT-2 FOLLOW-12: a link is listed and undone on the command line, audited, and never made again', async () => {
  const phone = newPhone()
  const older = await pushVisitor(gate, { phone, name: 'Asha Rao' })
  const younger = await pushVisitor(otherGate, { phone, createdAt: server.clock.now + 1, name: 'Asha Rao' })
  await followAll()
  const line = (await run('links')).find((one) => one.startsWith(younger))
  expect(line?.split('\t').slice(0, 3)).toEqual([younger, older, 'Active'])
  expect(line).toContain('Asha Rao')
  expect(line).not.toContain(phone)
  expect(await run('undo-link', younger)).toEqual([`${younger}\tUndone`])
  await followAll()
  expect(await linkOf(younger)).toMatchObject({ state: 'Undone', sameAs: older })
  const entries = await rawRows(server, 'auditLogs')
  const ofLink = entries.filter((entry) => entry['subjectId'] === younger).map((entry) => entry['action'])
  expect(ofLink).toEqual(expect.arrayContaining(['personLinks.viewed', 'personLinks.changed']))
  await expect(run('undo-link', 'f'.repeat(24))).rejects.toThrow('There is no such link')
})

test('FAULT-2 FOLLOW-12: who is left when the older record is erased is a person by himself', async () => {
  const phone = newPhone()
  const older = await pushVisitor(gate, { phone })
  const younger = await pushVisitor(otherGate, { phone, createdAt: server.clock.now + 1 })
  await followAll()
  const { records } = server.database
  const { societyId } = server.lotus
  await records.write({ kind: 'admin', id: 'admin' }, societyId, async (transaction) => {
    const erased = (await transaction.read('visitors', [older])).get(older)
    if (erased !== undefined) transaction.remove('visitors', { ...erased, name: 'Erased' })
  })
  await followAll()
  expect((await linkOf(younger))?.state).toBe('Undone')
})
