import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { commands } from '../../cli/commands.ts'
import type { CliParts } from '../../cli/commands.ts'
import { readConfig } from '../../config.ts'
import type { Change } from '../../followers/follower.ts'
import { createLogger } from '../../ops/logging/create-logger.ts'
import { followSocieties } from '../../product-followers.ts'
import { mongodbTestUrl } from '../../../build/services/mongodb-test-url.ts'
import { enrolDevice, rawRows, startTestServer } from '../../testing/test-server.ts'
import type { TestDevice, TestServer } from '../../testing/test-server.ts'
import { pushDocuments, visitOf, visitorOf } from '../../testing/test-visits.ts'
import { deskWrittenEveryMs, followDeskActivity } from './desk-activity.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const deskOf = async ({ deviceId }: TestDevice) =>
  (await rawRows(server, 'guardDevices')).find((row) => row['deviceId'] === deviceId)

async function run(name: string): Promise<string[]> {
  const config = readConfig({ MONGODB_URL: mongodbTestUrl() })
  if (!config.ok) throw new Error('no configuration')
  const keys = { adminKey: server.adminKey, photoKeys: [randomBytes(32)] as [Buffer] }
  const parts: CliParts = { ...server.database, keys, config: config.value, now: () => server.clock.now }
  return (await commands[name]?.({ rest: [], society: 'Lotus Heights' }, parts)) ?? []
}

/** What the follower gets of everything written so far, in one batch. */
async function followAll(): Promise<void> {
  const { storage, records } = server.database
  const { societyId } = server.lotus
  const rows = await storage.changesAfter(societyId, 'visitorEntries', 0, 1_000)
  const changes = rows.map((row): Change => ({ ...row, collection: 'visitorEntries' }))
  await followDeskActivity(records).follow(societyId, changes, new AbortController().signal)
}

test('FOLLOW-11 a desk’s row tells when its newest record came and how far its clock was off', async () => {
  const desk = await enrolDevice(server, server.lotus)
  const quiet = await enrolDevice(server, server.lotus)
  const logger = createLogger({ level: 'silent', personalNames: new Set() })
  const followers = followSocieties(server.database, logger)
  const sentAt = server.clock.now + 90_000
  await pushDocuments(server, desk, 'visitorEntries', [visitOf(desk, server.clock.now)], sentAt)
  await vi.waitFor(async () => expect((await deskOf(desk))?.['clockDriftMs']).toBe(90_000), {
    timeout: 20_000,
  })
  expect((await deskOf(desk))?.['lastRecordAt']).toEqual(new Date(server.clock.now))
  expect((await deskOf(quiet))?.['lastRecordAt']).toBeUndefined()
  await followers.stop()

  const shown = await run('devices')
  const time = new Date(server.clock.now).toISOString()
  expect(shown.find((line) => line.startsWith(desk.deviceId))).toContain(`\t${time}\t90\t`)
  expect(shown.find((line) => line.startsWith(quiet.deviceId))).toContain('\t-\t-\t')
  const [lag = ''] = await run('followers')
  const { seq } = await server.database.storage.head(server.lotus.societyId)
  expect(lag.split('\t').slice(0, 2)).toEqual([server.lotus.societyId, 'desk-activity'])
  expect(lag.split('\t').slice(3)).toEqual([String(seq), expect.any(String), '0', '0', '-'])
})

test('FOLLOW-11 it writes once in five minutes, not for edits, and nothing twice', async () => {
  const desk = await enrolDevice(server, server.lotus)
  const push = () => pushDocuments(server, desk, 'visitorEntries', [visitOf(desk, server.clock.now)])
  const seqOf = async () => (await deskOf(desk))?.['_seq'] as number
  await push()
  await followAll()
  const first = await seqOf()
  expect(first).toBeGreaterThan(0)
  server.clock.now += deskWrittenEveryMs - 1
  await push()
  await followAll()
  await followAll()
  expect(await seqOf()).toBe(first)
  server.clock.now += 1
  await push()
  await followAll()
  expect(await seqOf()).toBeGreaterThan(first)
  expect((await deskOf(desk))?.['lastRecordAt']).toEqual(new Date(server.clock.now))
})

test('FOLLOW-11 an enrolment’s fields stay, and records of a desk that is not enrolled are passed over', async () => {
  const [desk, stranger] = [await enrolDevice(server, server.lotus), await enrolDevice(server, server.palm)]
  const before = await deskOf(desk)
  await pushDocuments(server, desk, 'visitors', [visitorOf(desk, server.clock.now)])
  await pushDocuments(server, desk, 'visitorEntries', [
    visitOf(desk, server.clock.now),
    visitOf(desk, server.clock.now, { deviceId: stranger.deviceId }),
  ])
  await followAll()
  expect(await deskOf(desk)).toMatchObject({
    deviceId: desk.deviceId,
    gateId: before?.['gateId'],
    status: 'Active',
    lastActive: before?.['lastActive'],
    clockDriftMs: 0,
  })
  expect((await deskOf(stranger))?.['lastRecordAt']).toBeUndefined()
})
