import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { as, enrol, enrolDevice, errorOf, newSecret, startTestServer } from './testing/test-server.ts'
import type { TestDevice, TestServer } from './testing/test-server.ts'
import { frameOf, jpegOf, photoOf } from './testing/test-photo.ts'
import { newId } from './testing/test-society.ts'
import { pull, pushBody, pushText, visitorOf } from './testing/test-visits.ts'

describe('an address and its methods', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  test('a wrong method gives 405 and what is allowed', async () => {
    for (const [method, url, allow] of [
      ['GET', '/api/enrol', 'POST'],
      ['DELETE', `/api/photos/${newId()}`, 'GET'],
      ['PUT', '/api/sync/visitors/push', 'POST'],
      ['POST', '/api/sync/nudges', 'GET'],
      ['HEAD', '/api/health', 'GET'],
    ] as const) {
      const answer = await server.app.inject({ method, url })
      expect([answer.statusCode, answer.headers['allow']], `${method} ${url}`).toEqual([405, allow])
      if (method !== 'HEAD') expect(errorOf(answer).code).toBe('method_not_allowed')
    }
  })

  test('an unknown address gives 404, whatever the method', async () => {
    for (const method of ['GET', 'POST', 'DELETE'] as const) {
      const answer = await server.app.inject({ method, url: '/api/nothing' })
      expect([answer.statusCode, errorOf(answer).code]).toEqual([404, 'not_found'])
    }
  })

  test('health tells liveness, readiness and the server’s time', async () => {
    const ready = await server.app.inject({ url: '/api/health' })
    expect(ready.json()).toEqual({ status: 'ready', serverTime: server.clock.now })
    expect((await server.app.inject({ url: '/api/health/live' })).json()).toEqual({ status: 'live' })
  })

  test('every answer has a request id and the headers that keep data from being run, framed or kept', async () => {
    for (const url of ['/api/health', '/api/nothing', '/api/device/site', '/api/sync/nudges']) {
      const { headers } = await server.app.inject({ url })
      expect(headers, url).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      })
      expect(headers['x-request-id']).toMatch(/^[0-9a-f]{16}$/)
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  test('the API description names every address, its credentials and its errors', async () => {
    const description = (await server.app.inject({ url: '/api/openapi.json' })).json<{
      openapi: string
      paths: Record<
        string,
        Record<string, { responses: Record<string, unknown>; summary?: string; security?: unknown[] }>
      >
    }>()
    expect(description.openapi).toMatch(/^3\.1/)
    // Those of the resources are judged beside them, in api/describe.mongo.test.ts.
    const others = Object.keys(description.paths).filter((url) => !url.startsWith('/api/v1/'))
    expect(others.toSorted()).toEqual([
      '/api/device/site',
      '/api/devices/{id}/revoke',
      '/api/enrol',
      '/api/enrolment-codes',
      '/api/health',
      '/api/health/live',
      '/api/photos',
      '/api/photos/missing',
      '/api/photos/{id}',
      '/api/sync/nudges',
      '/api/sync/{collection}/pull',
      '/api/sync/{collection}/push',
      '/api/sync/{collection}/reconcile',
    ])
    for (const [url, methods] of Object.entries(description.paths)) {
      for (const [method, route] of Object.entries(methods)) {
        if (method === 'parameters') continue
        expect(route.summary, `${method} ${url}`).toBeTruthy()
        const isOpen = url.startsWith('/api/health') || url === '/api/enrol'
        expect(route.security !== undefined, `${method} ${url}`).toBe(!isOpen)
        if (!isOpen) expect(Object.keys(route.responses)).toContain('401')
      }
    }
  })
})

describe('P1: a database that is gone', () => {
  let server: TestServer
  let device: TestDevice
  beforeAll(async () => {
    server = await startTestServer()
    device = await enrolDevice(server, server.lotus)
    await server.database.drop()
    await server.database.close()
    // Beyond what the server remembers of the device.
    server.clock.now += 60_000
  })
  afterAll(() => server.app.close())

  test('is told on every route as a passing trouble, never as a lost record or a revoked device', async () => {
    const octets = { 'content-type': 'application/octet-stream' }
    const payload = frameOf([photoOf(jpegOf(500))])
    const row = { newDocumentState: visitorOf(device, server.clock.now) }
    const answers = {
      health: await server.app.inject({ url: '/api/health' }),
      site: await server.app.inject(as(device, { url: '/api/device/site' })),
      photos: await server.app.inject(
        as(device, { method: 'POST', url: '/api/photos', headers: octets, payload }),
      ),
      pull: await pull(server, device, 'visitors', { schemaVersion: 0, checkpoint: null, limit: 10 }),
      push: await pushText(server, device, 'visitors', JSON.stringify(pushBody(server, 'visitors', [row]))),
      nudges: await server.app.inject(as(device, { url: '/api/sync/nudges' })),
      enrol: await enrol(server, {
        code: 'ABCD2345',
        deviceId: newId(),
        secret: newSecret(),
        deviceName: 'x',
      }),
    }
    for (const [what, answer] of Object.entries(answers)) {
      expect([answer.statusCode, errorOf(answer).code], what).toEqual([503, 'server_unavailable'])
    }
    expect((await server.app.inject({ url: '/api/health/live' })).statusCode).toBe(200)
  })
})
