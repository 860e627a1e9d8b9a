import { deviceToken } from '@chowki/shared/protocol/device-api.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  enrol,
  enrolDevice,
  errorOf,
  issueCode,
  newSecret,
  rawRows,
  revoke,
  startTestServer,
} from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { newId } from '../../testing/test-society.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const kiosk = (code: string) => ({ code, deviceId: newId(), secret: newSecret(), deviceName: 'Tablet' })

describe('a device is enrolled by a one-time code', () => {
  test('the code of a gate makes the kiosk a device of that society and gate', async () => {
    const request = kiosk(await issueCode(server, server.lotus))
    const answer = await enrol(server, request)
    expect(answer.statusCode).toBe(200)
    const { societyId, gateId } = server.lotus
    expect(answer.json()).toEqual({ deviceId: request.deviceId, societyId, gateId })
    const stored = await server.database.devices.find({ societyId, deviceId: request.deviceId })
    expect(stored?.device).toMatchObject({
      societyId,
      gateId,
      deviceName: 'Desk 1',
      location: 'Main Gate',
      status: 'Active',
    })
    expect(stored?.secretHash).toMatch(/^[0-9a-f]{64}$/)
    expect(stored?.secretHash).not.toContain(request.secret)
  })

  test('a code is read as people type it', async () => {
    const code = await issueCode(server, server.lotus)
    const typed = ` ${code.slice(0, 4).toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l')} - ${code.slice(4)} `
    expect((await enrol(server, kiosk(typed))).statusCode).toBe(200)
  })

  test('P2: a reply that was lost is given again, and leaves one device', async () => {
    const request = kiosk(await issueCode(server, server.lotus))
    const first = await enrol(server, request)
    server.clock.now += 20 * 60_000
    const again = await enrol(server, request)
    server.clock.now -= 20 * 60_000
    expect(again.statusCode).toBe(200)
    expect(again.json()).toEqual(first.json())
    const devices = await server.database.devices.list(server.lotus.societyId)
    expect(devices.filter(({ deviceId }) => deviceId === request.deviceId)).toHaveLength(1)
  })

  test('a code that was used by another kiosk is refused, also with the right device id and another secret', async () => {
    const request = kiosk(await issueCode(server, server.lotus))
    await enrol(server, request)
    for (const other of [kiosk(request.code), { ...request, secret: newSecret() }]) {
      const answer = await enrol(server, other)
      expect(answer.statusCode).toBe(409)
      expect(errorOf(answer)).toMatchObject({ code: 'enrolment_code_used', field: 'code' })
    }
  })

  test('a code is single-use: of many kiosks that race with it, one wins', async () => {
    const code = await issueCode(server, server.lotus)
    const answers = await Promise.all(Array.from({ length: 8 }, () => enrol(server, kiosk(code))))
    const statuses = answers.map(({ statusCode }) => statusCode).toSorted()
    expect(statuses).toEqual([200, 409, 409, 409, 409, 409, 409, 409])
  })

  test('P2: one kiosk that sends its request several times at once gets the same answer each time', async () => {
    const request = kiosk(await issueCode(server, server.lotus))
    const answers = await Promise.all(Array.from({ length: 6 }, () => enrol(server, request)))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200, 200])
  })

  test('an unknown code, and one that cannot be a code, are refused alike', async () => {
    for (const code of ['ZZZZ2222', 'nonsense!', 'A']) {
      const answer = await enrol(server, kiosk(code))
      expect(answer.statusCode).toBe(401)
      expect(errorOf(answer)).toMatchObject({ code: 'enrolment_code_invalid', field: 'code' })
    }
  })

  test('a code is good for fifteen minutes', async () => {
    const [inTime, late] = [await issueCode(server, server.lotus), await issueCode(server, server.lotus)]
    server.clock.now += 15 * 60_000 - 1
    expect((await enrol(server, kiosk(inTime))).statusCode).toBe(200)
    server.clock.now += 1
    const answer = await enrol(server, kiosk(late))
    expect(answer.statusCode).toBe(410)
    expect(errorOf(answer).code).toBe('enrolment_code_expired')
  })

  test('P6: an id that is a device of another society is not taken over, and the code stays good', async () => {
    const device = await enrolDevice(server, server.palm)
    const request = { ...kiosk(await issueCode(server, server.lotus)), deviceId: device.deviceId }
    const answer = await enrol(server, request)
    expect(answer.statusCode).toBe(400)
    expect(errorOf(answer)).toMatchObject({ code: 'invalid_request', field: 'deviceId' })
    expect(answer.body).not.toContain(server.palm.societyId)
    const { devices } = server.database
    const deviceId = device.deviceId
    expect(await devices.find({ societyId: server.palm.societyId, deviceId })).not.toBeNull()
    expect(await devices.find({ societyId: server.lotus.societyId, deviceId })).toBeNull()
    expect((await enrol(server, { ...request, deviceId: newId() })).statusCode).toBe(200)
  })

  test('a kiosk that lost its secret is enrolled anew under its id; the old secret and the old code no longer count', async () => {
    const old = kiosk(await issueCode(server, server.lotus))
    await enrol(server, old)
    const fresh = { ...old, code: await issueCode(server, server.lotus), secret: newSecret() }
    expect((await enrol(server, fresh)).statusCode).toBe(200)
    expect(errorOf(await enrol(server, old)).code).toBe('enrolment_code_used')
    const site = (secret: string) =>
      server.app.inject({
        url: '/api/device/site',
        headers: { authorization: `Bearer ${deviceToken({ ...server.lotus, ...old, secret })}` },
      })
    expect((await site(old.secret)).statusCode).toBe(401)
    expect((await site(fresh.secret)).statusCode).toBe(200)
  })

  test('a revoked device is not brought back by its old code', async () => {
    const request = kiosk(await issueCode(server, server.lotus))
    await enrol(server, request)
    await revoke(server, server.lotus, request.deviceId)
    expect(errorOf(await enrol(server, request)).code).toBe('device_revoked')
  })

  test('FAULT-6 a revoked device is taken again under its id by a new code of its society', async () => {
    const old = kiosk(await issueCode(server, server.lotus))
    await enrol(server, old)
    await revoke(server, server.lotus, old.deviceId)
    const again = { ...kiosk(await issueCode(server, server.lotus)), deviceId: old.deviceId }
    const { societyId } = server.lotus
    expect((await enrol(server, { ...again, societyId })).statusCode).toBe(200)
    const stored = await server.database.devices.find({ societyId, deviceId: old.deviceId })
    expect(stored?.device.status).toBe('Active')
  })

  test('FAULT-6 P6 a device that holds records is refused by a code of another society, which stays good', async () => {
    const request = kiosk(await issueCode(server, server.palm))
    const answer = await enrol(server, { ...request, societyId: server.lotus.societyId })
    expect(answer.statusCode).toBe(409)
    expect(errorOf(answer)).toMatchObject({ code: 'enrolment_code_foreign', field: 'code' })
    expect(answer.body).not.toContain(server.palm.societyId)
    expect((await enrol(server, request)).statusCode).toBe(200)
  })
})

describe('attempts are limited', () => {
  test('ten a minute from one address, then a wait that is told', async () => {
    const address = '192.0.2.7'
    const attempt = () => enrol(server, kiosk('ZZZZ2222'), address)
    for (let count = 0; count < 10; count += 1) expect((await attempt()).statusCode).toBe(401)
    const refused = await attempt()
    expect(refused.statusCode).toBe(429)
    expect(errorOf(refused).code).toBe('too_many_attempts')
    expect(errorOf(refused).retryAfterMs).toBe(60_000)
    expect(refused.headers['retry-after']).toBe('60')
    server.clock.now += 60_001
    expect((await attempt()).statusCode).toBe(401)
  })

  test('FAULT-6 a desk that asks on and on with a used code locks out no neighbour behind its address', async () => {
    const address = '192.0.2.9'
    const used = await issueCode(server, server.lotus)
    await enrol(server, kiosk(used), address)
    const answers: number[] = []
    for (let count = 0; count < 60; count += 1)
      answers.push((await enrol(server, kiosk(used), address)).statusCode)
    expect(answers.slice(0, 10)).toEqual([...Array.from({ length: 9 }, () => 409), 429])
    expect(new Set(answers.slice(9))).toEqual(new Set([429]))
    const neighbour = kiosk(await issueCode(server, server.lotus))
    expect((await enrol(server, neighbour, address)).statusCode).toBe(200)
  })

  test('ten different codes a minute from one address', async () => {
    const address = '192.0.2.10'
    for (let count = 0; count < 10; count += 1)
      expect((await enrol(server, kiosk(`ZZZZ222${count}`), address)).statusCode).toBe(401)
    expect((await enrol(server, kiosk('ZZZZ3333'), address)).statusCode).toBe(429)
  })

  test('a bad body counts as an attempt', async () => {
    for (let count = 0; count < 10; count += 1) await enrol(server, { nonsense: true }, '192.0.2.8')
    expect((await enrol(server, { nonsense: true }, '192.0.2.8')).statusCode).toBe(429)
  })
})

describe('codes are issued by admins', () => {
  const issue = (payload: object, authorization = `Bearer ${server.adminKey}`) =>
    server.app.inject({ method: 'POST', url: '/api/enrolment-codes', headers: { authorization }, payload })

  test('for a gate of the society only', async () => {
    const { societyId } = server.lotus
    const foreign = await issue({ societyId, gateId: server.palm.gateId, deviceName: 'x' })
    expect(foreign.statusCode).toBe(404)
    expect(errorOf(foreign).field).toBe('gateId')
  })

  test('the code is stored nowhere, only a keyed hash of it', async () => {
    const code = await issueCode(server, server.lotus)
    const rows = await rawRows(server, 'enrolmentCodes')
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(code)
  })

  test('not without the admin key', async () => {
    const { societyId, gateId } = server.lotus
    for (const authorization of ['', 'Bearer x', `Bearer ${'x'.repeat(44)}`, server.adminKey]) {
      const answer = await issue({ societyId, gateId, deviceName: 'x' }, authorization)
      expect(answer.statusCode).toBe(401)
    }
  })
})
