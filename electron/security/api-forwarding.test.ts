import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import { createApiForwarder, upstreamUrl } from './api-forwarding.ts'
import type { ApiForwarding } from './api-forwarding.ts'

const token = '0123456789abcdef01234567.secret'
const servers: Server[] = []

const serve = async (
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> => {
  const server = createServer(answer).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const forwarderTo = (origin: string, change: Partial<ApiForwarding> = {}) =>
  createApiForwarder({
    target: async () => ok({ origin, token }),
    fetchUpstream: fetch,
    answerTimeoutMs: 2_000,
    idleTimeoutMs: 2_000,
    ...change,
  })

const fromPage = (path: string, init: RequestInit = {}): Request => new Request(`chowki://kiosk${path}`, init)

const errorOf = async (answer: Response): Promise<unknown> => (await answer.json()).error

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

describe('S2 where a request may go', () => {
  const origin = 'https://server.example:4700'
  it.each([
    ['chowki://kiosk/api/sync/visitors/pull?x=1', `${origin}/api/sync/visitors/pull?x=1`],
    ['chowki://kiosk/api/', `${origin}/api/`],
    ['chowki://kiosk/api/@evil.example/', `${origin}/api/@evil.example/`],
    ['chowki://kiosk/api/..%2fadmin', `${origin}/api/..%2fadmin`],
    ['chowki://kiosk/api/../admin', null],
    ['chowki://kiosk/api/%2e%2e/admin', null],
    ['chowki://kiosk/api\\..\\admin', null],
    ['chowki://kiosk/api/..\\admin', null],
    ['chowki://kiosk/apix', null],
    ['chowki://kiosk//evil.example/api/', null],
    ['chowki://other/api/x', null],
    ['https://server.example/api/x', null],
  ])('%s -> %s', (url, expected) => expect(upstreamUrl(url, origin)).toBe(expected))

  it('attaches the token and lets only named headers through', async () => {
    let seen: IncomingMessage | undefined
    const origin = await serve((request, response) => {
      seen = request
      response.writeHead(200, {
        'content-type': 'application/json',
        'set-cookie': 'a=b',
        'x-sync-protocol': '2',
        'access-control-allow-origin': '*',
        'content-security-policy': 'none of ours',
      })
      response.end('{"fine":true}')
    })
    const answer = await forwarderTo(origin)(
      fromPage('/api/x?y=1', {
        headers: {
          authorization: 'Bearer stolen',
          'content-type': 'application/json',
          'x-sync-protocol': '2',
          'x-forwarded-for': '1.2.3.4',
          'x-http-method-override': 'DELETE',
        },
        method: 'POST',
        body: '{}',
      }),
    )
    expect(await answer.json()).toEqual({ fine: true })
    expect(seen?.url).toBe('/api/x?y=1')
    expect(seen?.headers).toMatchObject({ authorization: `Bearer ${token}`, 'x-sync-protocol': '2' })
    expect(seen?.headers).not.toHaveProperty('x-forwarded-for')
    expect(seen?.headers).not.toHaveProperty('x-http-method-override')
    expect(answer.headers.get('x-sync-protocol')).toBe('2')
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(answer.headers.get('content-security-policy')).toContain('sandbox')
  })

  it('sends no token where none is enrolled, even if the page brings one', async () => {
    let authorization: string | undefined
    const origin = await serve((request, response) => {
      authorization = request.headers.authorization
      response.end()
    })
    const forward = forwarderTo(origin, { target: async () => ok({ origin, token: null }) })
    await forward(
      fromPage('/api/enrol', { method: 'POST', body: '{}', headers: { authorization: 'Bearer x' } }),
    )
    expect(authorization).toBeUndefined()
  })

  it('refuses a redirect, as of a captive portal, and does not follow it with the token', async () => {
    let strangerSaw = 0
    const stranger = await serve((_request, response) => {
      strangerSaw += 1
      response.end('welcome to the hotel')
    })
    const origin = await serve((_request, response) => {
      response.writeHead(302, { location: `${stranger}/login` })
      response.end()
    })
    const answer = await forwarderTo(origin)(fromPage('/api/x'))
    expect(answer.status).toBe(503)
    expect(strangerSaw).toBe(0)
  })
})

describe('S3 streams and silence', () => {
  it('hands on status, empty bodies and server errors as they are', async () => {
    const origin = await serve((request, response) => {
      const status = Number(request.url?.split('/').at(-1))
      response.writeHead(status, { etag: '"1"', 'retry-after': '3' })
      response.end(status === 422 ? '{"error":{"code":"invalid_document"}}' : undefined)
    })
    const forward = forwarderTo(origin)
    for (const status of [204, 304, 401, 426, 500]) {
      const answer = await forward(fromPage(`/api/${status}`))
      expect([answer.status, answer.headers.get('x-chowki-offline')]).toEqual([status, null])
    }
    const refused = await forward(fromPage('/api/422'))
    expect(await errorOf(refused)).toEqual({ code: 'invalid_document' })
    expect(refused.headers.get('etag')).toBe('"1"')
  })

  it('sends bytes unchanged, and inflates an answer without claiming that it is deflated', async () => {
    const { gzipSync } = await import('node:zlib')
    const origin = await serve(async (request, response) => {
      const body = await bodyOf(request)
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/plain' })
      response.end(gzipSync(`${request.headers['content-encoding']}:${body.length}`))
    })
    const answer = await forwarderTo(origin)(
      fromPage('/api/x', {
        method: 'POST',
        body: 'x'.repeat(300_000),
        headers: { 'content-encoding': 'gzip' },
      }),
    )
    expect(await answer.text()).toBe('gzip:300000')
    expect(answer.headers.get('content-encoding')).toBeNull()
  })

  it('gives each nudge on at once and hangs up when the page does', async () => {
    let hungUp: () => void = () => undefined
    const gone = new Promise<void>((resolve) => (hungUp = resolve))
    const origin = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('event: nudge\n\n')
      response.on('close', hungUp)
    })
    const answer = await forwarderTo(origin)(fromPage('/api/sync/nudges'))
    const reader = answer.body?.getReader()
    const first = await reader?.read()
    expect(Buffer.from(first?.value ?? []).toString()).toContain('event: nudge')
    await reader?.cancel()
    await gone
  })

  it('hangs up when the page’s request is aborted before the answer', async () => {
    let hungUp: () => void = () => undefined
    const gone = new Promise<void>((resolve) => (hungUp = resolve))
    const origin = await serve((_request, response) => void response.on('close', hungUp))
    const controller = new AbortController()
    const answer = forwarderTo(origin)(fromPage('/api/x', { signal: controller.signal }))
    setTimeout(() => controller.abort(), 100)
    expect((await answer).status).toBe(503)
    await gone
  })

  it('hangs up at once when the request was aborted before it was sent', async () => {
    const origin = await serve(() => expect.unreachable())
    const answer = await forwarderTo(origin)(fromPage('/api/x', { signal: AbortSignal.abort() }))
    expect(answer.status).toBe(503)
  })

  it('calls a server that never answers, and one that falls silent, unreachable', async () => {
    const silent = await serve(() => undefined)
    const late = await forwarderTo(silent, { answerTimeoutMs: 100 })(fromPage('/api/x'))
    expect([late.status, late.headers.get('x-chowki-offline')]).toEqual([503, '1'])

    const stalled = await serve((_request, response) => {
      response.writeHead(200)
      response.write('half')
    })
    const half = await forwarderTo(stalled, { idleTimeoutMs: 100 })(fromPage('/api/x'))
    await expect(half.text()).rejects.toThrow()
  })

  it('answers 503 with a code and the offline mark where nobody listens or no server is chosen', async () => {
    const closed = await forwarderTo('http://127.0.0.1:1')(fromPage('/api/x'))
    expect([closed.status, closed.headers.get('x-chowki-offline')]).toEqual([503, '1'])
    expect(await errorOf(closed)).toMatchObject({ code: 'network_unreachable', remedy: expect.any(String) })
    const unchosen = await forwarderTo('', { target: async () => ok(null) })(fromPage('/api/x'))
    expect(await errorOf(unchosen)).toMatchObject({ code: 'network_unreachable' })
  })

  it('S7 does not call a locked keyring a missing network or a missing enrolment', async () => {
    const target = async () => err(chowkiError('secure_store_unavailable'))
    const answer = await forwarderTo('', { target })(fromPage('/api/x'))
    expect([answer.status, answer.headers.get('x-chowki-offline')]).toEqual([500, null])
    expect(await errorOf(answer)).toMatchObject({ code: 'secure_store_unavailable' })
  })

  it('refuses a method that no route has', async () => {
    const answer = await forwarderTo('http://127.0.0.1:1')(fromPage('/api/x', { method: 'PROPFIND' }))
    expect(await errorOf(answer)).toMatchObject({ code: 'invalid_request', field: 'method' })
  })
})
