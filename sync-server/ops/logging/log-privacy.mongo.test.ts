/** The whole server at log level trace, given words that must not appear in its log. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { as, enrol, enrolDevice, issueCode, newSecret, startTestServer } from '../../testing/test-server.ts'
import type { TestDevice, TestServer } from '../../testing/test-server.ts'
import { frameOf, jpegOf, photoOf } from '../../testing/test-photo.ts'
import { newId } from '../../testing/test-society.ts'
import { pull, pushBody, pushDocuments, pushText, visitOf, visitorOf } from '../../testing/test-visits.ts'

let server: TestServer
let device: TestDevice
beforeAll(async () => {
  server = await startTestServer()
  device = await enrolDevice(server, server.lotus)
})
afterAll(() => server.close())

const person = { name: 'Unloggable Person', phone: '+911111177777', email: 'unloggable@person.example' }
const visit = {
  purpose: 'Unloggable purpose',
  notes: 'Unloggable note',
  vehicleDetails: { number: 'XX77UL7777', type: 'Car' },
}

test('P7: names, phones, vehicles, notes, tokens, codes and keys never reach the log', async () => {
  const at = server.clock.now
  const code = await issueCode(server, server.lotus)
  const secret = newSecret()
  const request = { code, deviceId: newId(), secret, deviceName: 'Unloggable desk' }
  await enrol(server, request)
  await enrol(server, { ...request, secret: newSecret() })
  await enrol(server, { ...request, code: 'WRNG2222' })

  const visitor = visitorOf(device, at, person)
  await pushDocuments(server, device, 'visitors', [
    visitor,
    visitorOf(device, at, { ...person, phone: 'Unloggable' }),
  ])
  await pushDocuments(server, device, 'visitorEntries', [
    visitOf(device, at, visit),
    visitOf(device, at, { ...visit, flatIds: [] }),
  ])
  await pushText(server, device, 'visitors', `{"rows": [{"name": "${person.name}"`)
  await pushText(
    server,
    device,
    'visitors',
    JSON.stringify(pushBody(server, 'visitors', [{ newDocumentState: 7 }])),
  )
  await pull(server, device, 'visitors', { schemaVersion: 0, checkpoint: null, limit: 100 })
  await server.app.inject(as(device, { url: `/api/device/site?phone=${encodeURIComponent(person.phone)}` }))
  await server.app.inject(as(device, { url: `/api/${encodeURIComponent(person.name)}` }))
  const headers = { 'content-type': 'application/octet-stream' }
  const payload = frameOf([photoOf(jpegOf(500)), { ...photoOf(jpegOf(500)), sha256: 'c'.repeat(64) }])
  await server.app.inject(as(device, { method: 'POST', url: '/api/photos', headers, payload }))

  const log = server.log.join('')
  expect(server.log.length).toBeGreaterThan(10)
  const secrets = [
    device.secret,
    secret,
    code,
    server.adminKey,
    'WRNG2222',
    'Unloggable',
    '1177777',
    'unloggable@',
    'XX77UL',
  ]
  for (const word of secrets) expect(log).not.toContain(word)
  for (const line of server.log) {
    expect(line).not.toMatch(/authorization|Bearer/i)
    expect(line).not.toContain('?')
  }
})

test('P7: nor when the server itself fails on them', async () => {
  const failing = await startTestServer({
    records: {
      ...server.database.records,
      replicas: {
        ...server.database.records.replicas,
        transact: () =>
          Promise.reject(
            new Error(`E11000 duplicate key: { phone: "${person.phone}", name: "${person.name}" }`),
          ),
      },
    },
  })
  try {
    const other = await enrolDevice(failing, failing.lotus)
    const rows = [{ newDocumentState: visitorOf(other, failing.clock.now, person) }]
    const answer = await pushText(
      failing,
      other,
      'visitors',
      JSON.stringify(pushBody(failing, 'visitors', rows)),
    )
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toMatch(/Unloggable|77777|E11000/)
    const log = failing.log.join('')
    expect(log).toContain('duplicate key')
    expect(log).not.toMatch(/Unloggable|77777/)
  } finally {
    await failing.close()
  }
})

test('a line says what happened: route pattern, status, time, device and request id', async () => {
  server.log.length = 0
  const photoId = newId()
  await server.app.inject(as(device, { url: `/api/photos/${photoId}` }))
  const lines = server.log.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({
    level: 'info',
    method: 'GET',
    route: '/api/photos/:id',
    status: 404,
    device: device.deviceId,
  })
  expect(lines[0]?.['reqId']).toMatch(/^[0-9a-f]{16}$/)
})
