import { deviceToken } from '@chowki/shared/protocol/device-api.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rememberedMs, touchEveryMs } from './device-register.ts'
import { as, enrolDevice, errorOf, newSecret, revoke, startTestServer } from '../testing/test-server.ts'
import type { TestDevice, TestServer } from '../testing/test-server.ts'
import { newId } from '../testing/test-society.ts'
import { apiRoutesOf } from '../http/method-not-allowed.ts'

let server: TestServer
let device: TestDevice
let revoked: TestDevice
let foreign: TestDevice
beforeAll(async () => {
  server = await startTestServer()
  device = await enrolDevice(server, server.lotus)
  foreign = await enrolDevice(server, server.palm)
  revoked = await enrolDevice(server, server.lotus)
  await revoke(server, server.lotus, revoked.deviceId)
})
afterAll(() => server.close())

/** Whose credentials each address asks for. An address that is not here fails the first test below. */
const guardedBy: Readonly<Record<string, 'nobody' | 'device' | 'admin'>> = {
  '/api/health': 'nobody',
  '/api/health/live': 'nobody',
  '/api/openapi.json': 'nobody',
  '/api/enrol': 'nobody',
  '/api/enrolment-codes': 'admin',
  '/api/devices/:id/revoke': 'admin',
  '/api/device/site': 'device',
  '/api/photos': 'device',
  '/api/photos/missing': 'device',
  '/api/photos/:id': 'device',
  '/api/sync/:collection/pull': 'device',
  '/api/sync/:collection/push': 'device',
  '/api/sync/:collection/reconcile': 'device',
  '/api/sync/nudges': 'device',
  '/api/docs': 'nobody',
  '/api/docs/scalar.js': 'nobody',
  '/api/v1/societies/:societyId/:collection': 'admin',
  '/api/v1/societies/:societyId/:collection/:id': 'admin',
  '/api/v1/societies/:societyId/:collection/bulk': 'admin',
}

const addresses = (guard: 'device' | 'admin') =>
  Object.entries(guardedBy).flatMap(([url, by]) => (by === guard ? [url] : []))

/** Every method of the address, by these headers. */
async function ask(url: string, headers: Record<string, string>) {
  const methods = [...(apiRoutesOf(server.app).get(url) ?? [])]
  expect(methods.length, url).toBeGreaterThan(0)
  const filled = url
    .replace(':societyId', device.society.societyId)
    .replace(':id', newId())
    .replace(':collection', 'visitors')
  return Promise.all(
    methods.map((method) => server.app.inject({ method: method as 'GET', url: filled, headers })),
  )
}

const admin = { kind: 'admin', id: 'test' } as const
const keyOf = ({ society, deviceId }: TestDevice) => ({ societyId: society.societyId, deviceId })
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const token = (of: Partial<TestDevice>, society = device.society) =>
  bearer(deviceToken({ ...device, ...of, societyId: society.societyId }))
const forged = (): Record<string, Record<string, string>> => ({
  'no credentials': {},
  'an empty header': { authorization: '' },
  'a scheme without a token': { authorization: 'Bearer ' },
  'another scheme': { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` },
  'a device that nobody enrolled': token({ deviceId: newId(), secret: newSecret() }),
  'a wrong secret': token({ secret: newSecret() }),
  'the secret of another device': token({ secret: foreign.secret }),
  'the secret cut by a letter': token({ secret: device.secret.slice(0, -1) }),
  'the society of another device': token({}, foreign.society),
  'a society that there is not': token({}, { ...device.society, societyId: newId() }),
  'a device of another society': token(foreign),
  'the form before societies were in it': bearer(`${device.deviceId}.${device.secret}`),
  'a later form': bearer(`v3.${device.society.societyId}.${device.deviceId}.${device.secret}`),
  'the id alone': bearer(device.deviceId),
  'an operator instead of an id': token({ deviceId: '{"$ne":null}' }),
  'an operator instead of a society': token({}, { ...device.society, societyId: '{"$ne":null}' }),
  'a prototype key': token({ deviceId: '__proto__' }),
  'a very long token': bearer('a'.repeat(8_000)),
})

describe('every address asks for the credentials that are its own', () => {
  test('no address is missing in this test', () => {
    expect([...apiRoutesOf(server.app).keys()].toSorted()).toEqual(Object.keys(guardedBy).toSorted())
  })

  for (const url of addresses('device')) {
    test(`P6: ${url} refuses forged credentials`, async () => {
      for (const [what, headers] of Object.entries(forged())) {
        for (const answer of await ask(url, headers)) {
          expect(answer.statusCode, what).toBe(401)
          if (answer.body !== '') expect(errorOf(answer).code, what).toBe('unauthenticated')
        }
      }
    })

    test(`${url} refuses a revoked device and says so`, async () => {
      for (const answer of await ask(url, { ...revoked.headers })) {
        expect(answer.statusCode).toBe(401)
        if (answer.body !== '') expect(errorOf(answer).code).toBe('device_revoked')
      }
    })

    test(`${url} refuses the admin key`, async () => {
      for (const answer of await ask(url, bearer(server.adminKey))) expect(answer.statusCode).toBe(401)
    })
  }

  for (const url of addresses('admin')) {
    test(`${url} refuses devices and forged keys`, async () => {
      const attempts = [
        ...Object.values(forged()),
        device.headers,
        bearer('x'.repeat(44)),
        bearer(`${server.adminKey}x`),
      ]
      for (const headers of attempts) {
        for (const answer of await ask(url, headers)) expect(answer.statusCode).toBe(401)
      }
    })
  }

  test('a body is not read before the credentials are', async () => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/photos',
      payload: Buffer.alloc(3_000_000),
    })
    expect(answer.statusCode).toBe(401)
  })
})

describe('devices', () => {
  const site = (of: TestDevice) => server.app.inject(as(of, { url: '/api/device/site' }))

  test('revocation through this server counts at once', async () => {
    const kiosk = await enrolDevice(server, server.lotus)
    expect((await site(kiosk)).statusCode).toBe(200)
    expect((await revoke(server, server.lotus, kiosk.deviceId)).statusCode).toBe(200)
    expect(errorOf(await site(kiosk)).code).toBe('device_revoked')
  })

  test('revocation made elsewhere counts after a few seconds', async () => {
    const kiosk = await enrolDevice(server, server.lotus)
    expect((await site(kiosk)).statusCode).toBe(200)
    await server.database.devices.setStatus(admin, keyOf(kiosk), 'Inactive', server.clock.now)
    server.clock.now += rememberedMs
    expect((await site(kiosk)).statusCode).toBe(401)
  })

  test('revoking what does not exist, or is no id', async () => {
    expect((await revoke(server, server.lotus, newId())).statusCode).toBe(404)
    const answer = await revoke(server, server.lotus, 'not-an-id')
    expect(answer.statusCode).toBe(400)
    expect(errorOf(answer)).toMatchObject({ code: 'invalid_request', field: 'id' })
  })

  test('P6: a revocation that names another society finds no device, in the words for one that nobody enrolled', async () => {
    const kiosk = await enrolDevice(server, server.lotus)
    const [foreigner, stranger] = [
      await revoke(server, server.palm, kiosk.deviceId),
      await revoke(server, server.palm, newId()),
    ]
    expect([foreigner.statusCode, foreigner.body]).toEqual([404, stranger.body])
    expect((await site(kiosk)).statusCode).toBe(200)
  })

  test('a revocation without a society is refused by field', async () => {
    const kiosk = await enrolDevice(server, server.lotus)
    const answer = await revoke(server, {} as TestDevice['society'], kiosk.deviceId)
    expect(answer.statusCode).toBe(400)
    expect(errorOf(answer)).toMatchObject({ code: 'invalid_request', field: 'societyId' })
  })

  test('lastActive is written at most once in five minutes', async () => {
    const kiosk = await enrolDevice(server, server.lotus)
    const lastActive = async () => (await server.database.devices.find(keyOf(kiosk)))?.device.lastActive
    const enrolledAt = server.clock.now
    server.clock.now += touchEveryMs - 1
    await site(kiosk)
    expect(await lastActive()).toBe(enrolledAt)
    server.clock.now += 1
    await site(kiosk)
    expect(await lastActive()).toBe(enrolledAt + touchEveryMs)
    server.clock.now += touchEveryMs - 1
    await site(kiosk)
    expect(await lastActive()).toBe(enrolledAt + touchEveryMs)
  })

  test('P7: enrolment, revocation and issued codes are in the audit log', async () => {
    const { readRawRows } = await import('../storage/mongo/raw-rows.ts')
    const rows = await readRawRows(process.env['MONGODB_TEST_URL'] ?? '', server.databaseName, 'auditLogs')
    const said = new Set(
      rows.map(({ actorKind, action, changes }) => `${actorKind} ${action} ${changes ?? ''}`.trim()),
    )
    expect([...said]).toEqual(
      expect.arrayContaining([
        'admin enrolmentCodes.inserted',
        'device enrolmentCodes.changed',
        'device guardDevices.inserted',
        'device deviceSecrets.inserted',
      ]),
    )
    const isRevocation = (line: string) =>
      line.startsWith('admin guardDevices.changed') && line.includes('"status":["Active","Inactive"]')
    expect([...said].some(isRevocation)).toBe(true)
  })
})

describe('the site document', () => {
  test('tells where the device stands, and has an ETag', async () => {
    const answer = await server.app.inject(as(device, { url: '/api/device/site' }))
    const { societyId, gateId, otherGateId, name } = server.lotus
    expect(answer.json()).toMatchObject({
      societyId,
      societyName: name,
      timeZone: 'Asia/Kolkata',
      phoneRegion: 'IN',
      gateId,
      gateName: 'Main Gate',
      gates: [
        { _id: gateId, name: 'Main Gate' },
        { _id: otherGateId, name: 'Service Gate' },
      ],
      blocks: [{ name: 'A' }],
      asksTemperature: false,
      asksMask: false,
      overstayMinutes: { Delivery: 30 },
      serverTime: server.clock.now,
    })
    server.clock.now += 1_000
    const etag = answer.headers.etag ?? ''
    const again = await server.app.inject(
      as(device, { url: '/api/device/site', headers: { 'if-none-match': etag } }),
    )
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })

  test('P6: holds nothing of another society', async () => {
    const answer = await server.app.inject(as(foreign, { url: '/api/device/site' }))
    expect(answer.json<{ societyName: string }>().societyName).toBe('Palm Grove')
    expect(answer.body).not.toContain(server.lotus.societyId)
    expect(answer.body).not.toContain(server.lotus.gateId)
  })
})
