/** Requests that are wrong as a whole: each gets an error with code, field and remedy, and nothing is lost or leaked. */
import { protocolHeader } from '@chowki/shared/protocol/messages.ts'
import type { PushResult } from '@chowki/shared/protocol/messages.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  as,
  enrol,
  enrolDevice,
  errorOf,
  issueCode,
  newSecret,
  startTestServer,
} from '../testing/test-server.ts'
import type { TestDevice, TestServer } from '../testing/test-server.ts'
import { newId } from '../testing/test-society.ts'
import { pull, pushBody, pushDocuments, pushText, visitorOf } from '../testing/test-visits.ts'

let server: TestServer
let lotus: TestDevice
let palm: TestDevice
beforeAll(async () => {
  server = await startTestServer()
  lotus = await enrolDevice(server, server.lotus)
  palm = await enrolDevice(server, server.palm)
})
afterAll(() => server.close())

const now = () => server.clock.now

describe('requests that cannot be read', () => {
  const push = (payload: string) => pushText(server, lotus, 'visitors', payload)
  const bad: Record<string, () => string> = {
    'no JSON': () => 'name=Asha',
    'half a JSON': () => '{"schemaVersion":0,',
    'an empty body': () => '',
    null: () => 'null',
    'a list': () => '[]',
    'a text': () => '"rows"',
    'no rows': () => JSON.stringify({ schemaVersion: 0, sentAt: now() }),
    'an empty list of rows': () => JSON.stringify(pushBody(server, 'visitors', [])),
    'too many rows': () =>
      JSON.stringify(
        pushBody(
          server,
          'visitors',
          Array.from({ length: 1_001 }, () => ({ newDocumentState: {} })),
        ),
      ),
    'a row that is a text': () => JSON.stringify(pushBody(server, 'visitors', ['x'])),
    'a row with an unknown field': () =>
      JSON.stringify(pushBody(server, 'visitors', [{ newDocumentState: {}, force: true }])),
    'an unknown field beside rows': () =>
      JSON.stringify({
        ...pushBody(server, 'visitors', [{ newDocumentState: {} }]),
        societyId: server.palm.societyId,
      }),
    'a negative schema version': () =>
      JSON.stringify({ ...pushBody(server, 'visitors', [{ newDocumentState: {} }]), schemaVersion: -1 }),
    'a text for the schema version': () =>
      JSON.stringify({ ...pushBody(server, 'visitors', [{ newDocumentState: {} }]), schemaVersion: '0' }),
    'a text for the time': () =>
      JSON.stringify({ ...pushBody(server, 'visitors', [{ newDocumentState: {} }]), sentAt: 'now' }),
  }
  for (const [what, payload] of Object.entries(bad)) {
    test(what, async () => {
      const answer = await push(payload())
      expect(answer.statusCode).toBe(400)
      expect(errorOf(answer).code).toBe('invalid_request')
      expect(errorOf(answer).field).toBeTruthy()
      expect(errorOf(answer).remedy).toBeTruthy()
    })
  }

  test('a body of 10 MB', async () => {
    for (const [url, limit] of [
      ['/api/sync/visitors/push', 10_000_000],
      ['/api/photos/missing', 10_000_000],
      ['/api/enrol', 10_000_000],
    ] as const) {
      const payload = JSON.stringify({ x: 'y'.repeat(limit) })
      const headers = { 'content-type': 'application/json' }
      const options = { method: 'POST', url, headers, payload, remoteAddress: '203.0.113.9' } as const
      const answer = await server.app.inject(url === '/api/enrol' ? options : as(lotus, options))
      expect(answer.statusCode, url).toBe(413)
      expect(errorOf(answer).code).toBe('payload_too_large')
    }
  })

  test('a small gzip that unpacks to 100 MB', async () => {
    const { gzipSync } = await import('node:zlib')
    const payload = gzipSync(Buffer.from(`{"x":"${'y'.repeat(100_000_000)}"}`))
    expect(payload.length).toBeLessThan(200_000)
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const answer = await server.app.inject(
      as(lotus, { method: 'POST', url: '/api/sync/visitors/push', headers, payload }),
    )
    expect(answer.statusCode).toBe(413)
    expect(errorOf(answer).code).toBe('payload_too_large')
  })

  test('bytes that are no gzip, and an encoding that nobody speaks', async () => {
    for (const encoding of ['gzip', 'snappy']) {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding }
      const answer = await server.app.inject(
        as(lotus, {
          method: 'POST',
          url: '/api/sync/visitors/push',
          headers,
          payload: Buffer.from('nonsense'),
        }),
      )
      expect([400, 415]).toContain(answer.statusCode)
      expect(errorOf(answer).remedy).toBeTruthy()
    }
  })

  test('lists nested a hundred thousand deep', async () => {
    const depth = 100_000
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`
    const document = JSON.stringify(visitorOf(lotus, now())).replace('"Asha Rao"', nested)
    const good = JSON.stringify(visitorOf(lotus, now()))
    const rows = [document, good].map((row) => `{"newDocumentState":${row}}`).join(',')
    const answer = await push(`{"schemaVersion":0,"sentAt":${now()},"rows":[${rows}]}`)
    expect([200, 400]).toContain(answer.statusCode)
    if (answer.statusCode === 200) {
      const statuses = answer.json<{ results: PushResult[] }>().results.map(({ status }) => status)
      expect(statuses).toEqual(['quarantined', 'stored'])
    }
  })

  test('another media type', async () => {
    const headers = { 'content-type': 'application/xml' }
    const answer = await server.app.inject(
      as(lotus, { method: 'POST', url: '/api/sync/visitors/push', headers, payload: '<a/>' }),
    )
    expect(answer.statusCode).toBe(415)
  })
})

describe('pull', () => {
  const good = { schemaVersion: 0, checkpoint: null, limit: 10 }
  for (const limit of [0, -1, 1_001, 1e9, 1.5, '10', null]) {
    test(`a limit of ${JSON.stringify(limit)}`, async () => {
      const answer = await pull(server, lotus, 'visitors', { ...good, limit })
      expect(answer.statusCode).toBe(400)
      expect(errorOf(answer)).toMatchObject({ code: 'invalid_request', field: 'limit' })
    })
  }

  const checkpoints = [
    'x',
    7,
    [],
    {},
    { lineage: 'a' },
    { lineage: 'a', seq: -1 },
    { lineage: 'a', seq: 1.5 },
    { lineage: 'a', seq: '1' },
    { lineage: 'a', seq: 1e300 },
    { lineage: { $ne: '' }, seq: 1 },
    { lineage: 'a'.repeat(65), seq: 1 },
    { lineage: 'a', seq: 1, societyId: 'b' },
  ]
  for (const checkpoint of checkpoints) {
    test(`a checkpoint of ${JSON.stringify(checkpoint).slice(0, 50)}`, async () => {
      const answer = await pull(server, lotus, 'visitors', { ...good, checkpoint })
      expect(answer.statusCode).toBe(400)
      expect(errorOf(answer).code).toBe('invalid_request')
      expect(errorOf(answer).field).toMatch(/^checkpoint/)
    })
  }

  test('a checkpoint of another history, another society, or the future', async () => {
    const lineageOf = async (device: TestDevice) =>
      (await pull(server, device, 'visitors', good)).json<{ checkpoint: { lineage: string; seq: number } }>()
        .checkpoint
    const [own, theirs] = [await lineageOf(lotus), await lineageOf(palm)]
    for (const checkpoint of [{ ...own, lineage: 'another' }, theirs, { ...own, seq: own.seq + 1_000_000 }]) {
      const answer = await pull(server, lotus, 'visitors', { ...good, checkpoint })
      expect(answer.statusCode).toBe(410)
      expect(errorOf(answer).code).toBe('checkpoint_unknown')
    }
  })

  test('P6: nothing of another society comes', async () => {
    await pushDocuments(server, palm, 'visitors', [visitorOf(palm, now(), { name: 'Only Palm' })])
    const answer = await pull(server, lotus, 'visitors', { ...good, limit: 1_000 })
    expect(answer.statusCode).toBe(200)
    expect(answer.body).not.toContain('Only Palm')
    expect(answer.body).not.toContain(server.palm.societyId)
  })

  test('a collection that no kiosk holds, and one that it may not write', async () => {
    for (const name of [
      'guardDevices',
      'auditLogs',
      'photos',
      'enrolmentCodes',
      'quarantine',
      'syncHeads',
      'visitors.x',
    ]) {
      expect(errorOf(await pull(server, lotus, name, good)).code, name).toBe('collection_unknown')
    }
    const answer = await pushText(
      server,
      lotus,
      'residents',
      JSON.stringify(pushBody(server, 'residents', [{ newDocumentState: { _id: newId() } }])),
    )
    const refusal = answer.statusCode === 200 ? JSON.stringify(answer.json()) : answer.body
    expect(refusal).toContain('collection_not_writable')
  })

  test('a protocol that the server does not speak, or none', async () => {
    for (const version of ['0', '3', 'x', '2,1', undefined]) {
      const headers: Record<string, string> = { authorization: lotus.headers['authorization'] ?? '' }
      if (version !== undefined) headers[protocolHeader] = version
      const answer = await server.app.inject({
        method: 'POST',
        url: '/api/sync/visitors/pull',
        headers,
        payload: good,
      })
      expect(answer.statusCode, version).toBe(426)
      expect(errorOf(answer).code).toBe('protocol_unsupported')
    }
  })

  test('a schema version that the server does not know', async () => {
    const answer = await pull(server, lotus, 'visitors', { ...good, schemaVersion: 9_999 })
    expect(answer.statusCode).toBe(426)
    expect(errorOf(answer).code).toBe('schema_unsupported')
  })
})

describe('enrolment', () => {
  const request = () => ({ code: 'ZZZZ2222', deviceId: newId(), secret: newSecret(), deviceName: 'Desk' })
  const bad: Record<string, [object, string]> = {
    'no code': [{ code: undefined }, 'code'],
    'a number as code': [{ code: 12345678 }, 'code'],
    'an operator as code': [{ code: { $ne: null } }, 'code'],
    'a code of 10,000 letters': [{ code: 'A'.repeat(10_000) }, 'code'],
    'an id that is no id': [{ deviceId: '../x' }, 'deviceId'],
    'a weak secret': [{ secret: 'secret' }, 'secret'],
    'a control character in the name': [{ deviceName: 'Desk\u0000' }, 'deviceName'],
    'an unknown field': [{ gateId: newId() }, 'gateId'],
  }
  for (const [what, [changes, field]] of Object.entries(bad)) {
    test(what, async () => {
      const answer = await enrol(server, { ...request(), ...changes })
      expect(answer.statusCode).toBe(400)
      expect(errorOf(answer)).toMatchObject({ code: 'invalid_request', field })
    })
  }

  test('a replayed code', async () => {
    const code = await issueCode(server, server.lotus)
    await enrol(server, { ...request(), code })
    expect((await enrol(server, { ...request(), code })).statusCode).toBe(409)
  })
})

test('an error never repeats what was sent', async () => {
  const secret = 'Unrepeatable-Word'
  const answers = [
    await enrol(server, { [secret]: secret }),
    await pushText(server, lotus, 'visitors', JSON.stringify({ [secret]: secret })),
    await pushText(
      server,
      lotus,
      'visitors',
      JSON.stringify(
        pushBody(server, 'visitors', [
          { newDocumentState: visitorOf(lotus, now(), { name: 42, phone: secret, [secret]: secret }) },
        ]),
      ),
    ),
    await pull(server, lotus, secret, {}),
    await server.app.inject(as(lotus, { url: `/api/photos/${secret}` })),
    await server.app.inject({ url: `/api/${secret}?q=${secret}` }),
  ]
  for (const answer of answers) expect(answer.body).not.toContain(secret)
})
