import { randomBytes } from 'node:crypto'
import { normaliseEnrolmentCode } from '@chowki/shared/domain/enrolment-code.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../config.ts'
import { openServerData } from '../open-data.ts'
import { mongodbTestUrl } from '../../build/services/mongodb-test-url.ts'
import { as, enrol, enrolDevice, newSecret, rawRows, startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'
import { newId } from '../testing/test-society.ts'
import { pushDocuments, visitOf, visitorOf } from '../testing/test-visits.ts'
import { CliProblem } from './cli-problem.ts'
import { commands } from './commands.ts'
import type { CliOptions, CliParts } from './commands.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

async function run(
  name: string,
  options: Partial<CliOptions> = {},
  changes: Partial<CliParts> = {},
): Promise<string[]> {
  const config = readConfig({ MONGODB_URL: mongodbTestUrl() })
  const command = commands[name]
  if (!config.ok || !command) throw new Error('no such command')
  const keys = { adminKey: server.adminKey, photoKeys: [Buffer.alloc(32)] as [Buffer] }
  const parts = { ...server.database, keys, config: config.value, now: () => server.clock.now }
  return command({ rest: [], ...options }, { ...parts, ...changes })
}

describe('an admin’s commands', () => {
  test('enrolment-code: a code for the gate, as people call it, that enrols a kiosk there', async () => {
    const [code = ''] = await run('enrolment-code', {
      society: 'palm grove',
      gate: 'service gate',
      name: 'Desk 9',
    })
    expect(normaliseEnrolmentCode(code)).not.toBeNull()
    const request = { code, deviceId: newId(), secret: newSecret(), deviceName: 'x' }
    const answer = await enrol(server, request)
    const { societyId, otherGateId } = server.palm
    expect(answer.json()).toEqual({ deviceId: request.deviceId, societyId, gateId: otherGateId })
    expect(await run('devices', { society: societyId })).toContainEqual(
      expect.stringMatching(new RegExp(`^${request.deviceId}\tActive\t.*\tService Gate\tDesk 9$`)),
    )
  })

  test('enrolment-code: what is missing is named with the choices', async () => {
    await expect(run('enrolment-code', { gate: 'Main Gate' })).rejects.toThrow(
      'Name one society with --society: "Lotus Heights", "Palm Grove".',
    )
    await expect(run('enrolment-code', { society: 'Palm Grove' })).rejects.toThrow(
      '"Main Gate", "Service Gate"',
    )
    await expect(run('enrolment-code', { society: 'Nowhere', gate: 'x' })).rejects.toBeInstanceOf(CliProblem)
  })

  test('revoke: stops a kiosk of a running server within seconds', async () => {
    const device = await enrolDevice(server, server.lotus)
    const site = () => server.app.inject(as(device, { url: '/api/device/site' }))
    expect((await site()).statusCode).toBe(200)
    await run('revoke', { rest: [device.deviceId], society: 'Lotus Heights' })
    server.clock.now += 5_000
    expect((await site()).statusCode).toBe(401)
    for (const rest of [[], ['x'], [newId()]])
      await expect(run('revoke', { rest, society: 'Lotus Heights' })).rejects.toBeInstanceOf(CliProblem)
  })

  test('P6: revoke and the other society’s name stop nothing; without a name the societies are told', async () => {
    const device = await enrolDevice(server, server.lotus)
    const rest = [device.deviceId]
    await expect(run('revoke', { rest, society: 'Palm Grove' })).rejects.toThrow(
      'The society has no such device.',
    )
    await expect(run('revoke', { rest })).rejects.toThrow('Name one society with --society')
    expect((await server.app.inject(as(device, { url: '/api/device/site' }))).statusCode).toBe(200)
  })

  test('quarantine: what was refused, why and from which desk, not what it held', async () => {
    const device = await enrolDevice(server, server.lotus)
    const bad = visitorOf(device, server.clock.now, { name: 'Hidden Name', phone: 'x' })
    await pushDocuments(server, device, 'visitors', [bad])
    const [line = ''] = await run('quarantine', { society: 'Lotus Heights' })
    expect(line.split('\t').slice(1)).toEqual([
      'visitors',
      bad._id,
      'invalid_document',
      'newDocumentState/phone',
      device.deviceId,
    ])
    expect(line).not.toContain('Hidden')
    expect(await run('quarantine', { society: 'Palm Grove' })).toEqual([])
    await expect(run('quarantine', { limit: '-1' })).rejects.toBeInstanceOf(CliProblem)
  })

  test('refused: what a refused record held, and the look is audited (P7)', async () => {
    const device = await enrolDevice(server, server.lotus)
    const bad = visitorOf(device, server.clock.now, { name: 'Shown Name', phone: 'x' })
    await pushDocuments(server, device, 'visitors', [bad])
    const society = 'Lotus Heights'
    const [line = '', json = ''] = await run('refused', { rest: [bad._id], society })
    expect(line.split('\t').slice(1, 3)).toEqual(['visitors', bad._id])
    expect(JSON.parse(json)).toEqual(bad)
    const looks = (await rawRows(server, 'auditLogs')).filter(({ subjectId }) => subjectId === bad._id)
    expect(looks).toMatchObject([{ action: 'quarantine.viewed', actorKind: 'admin' }])
    for (const rest of [[], ['x'.repeat(65)], ['\u0007'], [newId()]])
      await expect(run('refused', { rest, society })).rejects.toBeInstanceOf(CliProblem)
    await expect(run('refused', { rest: [bad._id], society: 'Palm Grove' })).rejects.toThrow(
      'no refused record',
    )
  })

  test('refused: a record whose key is gone says so, with a remedy', async () => {
    const device = await enrolDevice(server, server.lotus)
    const bad = visitorOf(device, server.clock.now, { phone: 'x' })
    await pushDocuments(server, device, 'visitors', [bad])
    const database = await openServerData({
      url: mongodbTestUrl(),
      name: server.databaseName,
      onListenerError: () => undefined,
      sealingKeys: [randomBytes(32)],
      now: Date.now,
    })
    const options = { rest: [bad._id], society: 'Lotus Heights' }
    const lines = await run('refused', options, { quarantine: database.quarantine })
    await database.close()
    expect(lines).toEqual([expect.stringContaining(bad._id), expect.stringContaining('CHOWKI_PHOTO_KEY')])
  })

  test('refused: an id that was sent for two collections is shown and audited for both', async () => {
    const device = await enrolDevice(server, server.lotus)
    const bad = visitorOf(device, server.clock.now, { phone: 'x' })
    await pushDocuments(server, device, 'visitors', [bad])
    await pushDocuments(server, device, 'visitorEntries', [bad])
    expect(await run('refused', { rest: [bad._id], society: 'Lotus Heights' })).toHaveLength(4)
    const looks = (await rawRows(server, 'auditLogs')).filter(({ subjectId }) => subjectId === bad._id)
    const collections = looks.map(({ subjectCollection }) => String(subjectCollection))
    expect(collections.toSorted()).toEqual(['visitorEntries', 'visitors'])
  })

  test('verify: counts, and photos that visits name but that have not come', async () => {
    const device = await enrolDevice(server, server.lotus)
    await pushDocuments(server, device, 'visitorEntries', [
      visitOf(device, server.clock.now, { entryPhoto: newId() }),
      visitOf(device, server.clock.now),
    ])
    const lines = await run('verify')
    expect(lines).toContain('visitorEntries\t2\t0 deleted')
    expect(lines.at(-1)).toBe('photos named by visits but not here\t1')
  })

  test('devices and quarantine: without --society those of all, the newest first', async () => {
    const desks = [await enrolDevice(server, server.lotus), await enrolDevice(server, server.palm)]
    for (const desk of desks) {
      server.clock.now += 1_000
      await pushDocuments(server, desk, 'visitors', [visitorOf(desk, server.clock.now, { phone: 'x' })])
    }
    const listed = (await run('devices')).map((line) => line.split('\t')[0])
    expect(listed).toEqual(expect.arrayContaining(desks.map(({ deviceId }) => deviceId)))
    const rows = (await run('quarantine')).map((line) => line.split('\t').at(-1))
    expect(rows.slice(0, 2)).toEqual(desks.map(({ deviceId }) => deviceId).toReversed())
    expect(await run('quarantine', { limit: '1' })).toHaveLength(1)
  })

  test('demo-guards: ten people with PINs', async () => {
    const lines = await run('demo-guards')
    expect(lines).toHaveLength(10)
    for (const line of lines) expect(line).toMatch(/^[0-9]{4}\t(Guard|Supervisor)\t\S/)
  })
})
