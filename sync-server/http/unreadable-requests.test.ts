import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refuseExpectations, refuseTunnels, unreadableRequests } from './unreadable-requests.ts'

const app = Fastify({ ...unreadableRequests, routerOptions: { maxParamLength: 128 } })
refuseExpectations(app.server)
refuseTunnels(app.server)
app.get('/api/photos/:id', async () => ({ ok: true }))
app.post('/api/photos/missing', async () => ({ ok: true }))

beforeAll(() => app.listen({ host: '127.0.0.1', port: 0 }))
afterAll(() => app.close())

/** As written, without a client that would refuse to send it. */
function sendRaw(text: string): Promise<string> {
  const { port } = app.server.address() as AddressInfo
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')))
    // A refusal may close the line before everything is written.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
    socket.write(text)
  })
}

const get = (path: string, ...headers: string[]) =>
  [`GET ${path} HTTP/1.1`, 'host: desk', 'connection: close', ...headers, '', ''].join('\r\n')

describe('a request that reaches no route is refused with code, field and remedy', () => {
  const bad: Record<string, [text: string, field: string]> = {
    'an address that cannot be decoded': [get('/api/photos/%'), 'url'],
    'an address with half an escape': [get('/api/%zz?phone=911111150001'), 'url'],
    'a part of an address beyond its length': [get(`/api/photos/${'911111150001'.repeat(20)}`), 'url'],
    'an expectation that nobody fulfils': [
      'POST /api/photos/missing HTTP/1.1\r\nhost: desk\r\nexpect: 200-maybe\r\ncontent-length: 2\r\n\r\n{}',
      'expect',
    ],
    'an expectation of an address without a body': [get('/api/health', 'expect: 200-maybe'), 'expect'],
    'a line to elsewhere': ['CONNECT 911111150001:443 HTTP/1.1\r\nhost: desk\r\n\r\n', 'method'],
    'bytes that are no HTTP': ['911111150001\r\n\r\n', 'request'],
    'two lengths': [get('/api/photos/1', 'content-length: 1', 'content-length: 2'), 'request'],
    'headers beyond their length': [
      get('/api/photos/1', `x-long: ${'911111150001'.repeat(3_000)}`),
      'headers',
    ],
  }
  for (const [what, [text, field]] of Object.entries(bad)) {
    test(what, async () => {
      const answer = await sendRaw(text)
      expect(answer).toMatch(/^HTTP\/1\.1 400 /)
      expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im)
      const body = answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)
      expect(JSON.parse(body)).toEqual({
        error: {
          code: 'invalid_request',
          field,
          message: expect.stringMatching(/./),
          remedy: expect.stringMatching(/./),
        },
      })
      expect(answer).not.toContain('911111150001')
    })
  }

  test('and a good one is answered after all of them', async () => {
    expect(await sendRaw(get('/api/photos/1'))).toMatch(/^HTTP\/1\.1 200 /)
  })
})
