/** Bodies whose bytes are wrong before they are JSON: refused as a whole, and nothing of them is stored. */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { as, enrolDevice, errorOf, startTestServer } from '../testing/test-server.ts'
import type { TestDevice, TestServer } from '../testing/test-server.ts'
import { pull, pushBody, visitorOf } from '../testing/test-visits.ts'

let server: TestServer
let lotus: TestDevice
beforeAll(async () => {
  server = await startTestServer()
  lotus = await enrolDevice(server, server.lotus)
})
afterAll(() => server.close())

describe('bytes that are no UTF-8 are refused, not replaced', () => {
  const namedBy = (bytes: number[], body: object) => {
    const [before = '', after = ''] = JSON.stringify(body).split('NAME')
    return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)])
  }
  const send = (url: string, payload: Buffer, headers: Record<string, string> = {}) =>
    server.app.inject({
      method: 'POST',
      url,
      payload,
      headers: { 'content-type': 'application/json', ...headers },
      remoteAddress: '203.0.113.10',
    })
  const visitor = () => visitorOf(lotus, server.clock.now, { name: 'Asha NAME' })
  const wrong: Record<string, number[]> = {
    'a letter of Latin-1': [0xe9],
    'a letter cut in half': [0xe0, 0xa4],
    'a surrogate': [0xed, 0xa0, 0x80],
    'a slash written too long': [0xc0, 0xaf],
  }
  for (const [what, bytes] of Object.entries(wrong)) {
    test(what, async () => {
      const bad = visitor()
      const push = namedBy(bytes, pushBody(server, 'visitors', [{ newDocumentState: bad }]))
      const code = { societyId: server.lotus.societyId, gateId: server.lotus.gateId, deviceName: 'NAME' }
      const admin = { authorization: `Bearer ${server.adminKey}` }
      const answers = [
        await send('/api/sync/visitors/push', push, lotus.headers),
        await send('/api/sync/visitors/push', gzipSync(push), {
          ...lotus.headers,
          'content-encoding': 'gzip',
        }),
        await send('/api/enrolment-codes', namedBy(bytes, code), admin),
        await send('/api/enrol', namedBy(bytes, { deviceName: 'NAME' })),
      ]
      for (const answer of answers) {
        expect(answer.statusCode).toBe(400)
        expect(errorOf(answer)).toMatchObject({ code: 'invalid_request', field: 'body' })
        expect(errorOf(answer)).toMatchObject({ message: expect.stringContaining('UTF-8') })
      }
      const pulled = await pull(server, lotus, 'visitors', {
        schemaVersion: 0,
        checkpoint: null,
        limit: 1_000,
      })
      expect(pulled.body).not.toContain(bad._id)
    })
  }
})

test('a compressed body where none is read', async () => {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  const payload = gzipSync('{"photos":[]}')
  const answer = await server.app.inject(
    as(lotus, { method: 'POST', url: '/api/photos/missing', headers, payload }),
  )
  expect(answer.statusCode).toBe(415)
  expect(errorOf(answer)).toMatchObject({ code: 'media_type_unsupported', field: 'content-encoding' })
})
