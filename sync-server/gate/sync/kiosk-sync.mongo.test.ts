import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enrolDevice, revoke, startTestServer } from '../../testing/test-server.ts'
import type { TestDevice, TestServer } from '../../testing/test-server.ts'
import { pushDocuments, visitorOf } from '../../testing/test-visits.ts'

let server: TestServer
let origin = ''
beforeAll(async () => {
  server = await startTestServer()
  await server.app.listen({ host: '127.0.0.1', port: 0 })
  origin = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

/** What has come so far, and the end, of a real connection. */
async function openNudges(device: TestDevice) {
  const answer = await fetch(`${origin}/api/sync/nudges`, { headers: device.headers })
  expect(answer.status).toBe(200)
  const received = { text: '' }
  const ended = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of answer.body ?? []) received.text += decoder.decode(chunk as Uint8Array)
  })()
  return { headers: answer.headers, received, ended }
}

const until = async (isReached: () => boolean): Promise<void> => {
  while (!isReached()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('nudges over a real connection', () => {
  test('P6: another desk of the society is nudged, another society is not', async () => {
    const [gate1, gate2] = [await enrolDevice(server, server.lotus), await enrolDevice(server, server.lotus)]
    const [own, foreign] = [await openNudges(gate2), await openNudges(await enrolDevice(server, server.palm))]
    await pushDocuments(server, gate1, 'visitors', [visitorOf(gate1, server.clock.now)])
    await until(() => own.received.text.includes('event: nudge'))
    expect(own.received.text).toContain('{"collections":["visitors"]}')
    expect(own.received.text).not.toContain('Asha')
    expect(foreign.received.text).not.toContain('event: nudge')
  })

  test('the stream carries the security headers and is not kept', async () => {
    const { headers } = await openNudges(await enrolDevice(server, server.lotus))
    expect(headers.get('content-type')).toContain('text/event-stream')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toContain('no-store')
  })

  test('a revoked device’s open stream ends at once', async () => {
    const device = await enrolDevice(server, server.lotus)
    const stream = await openNudges(device)
    await revoke(server, server.lotus, device.deviceId)
    await stream.ended
    expect((await fetch(`${origin}/api/sync/nudges`, { headers: device.headers })).status).toBe(401)
  })

  test('open streams do not hold the server’s end back', async () => {
    const other = await startTestServer()
    await other.app.listen({ host: '127.0.0.1', port: 0 })
    const device = await enrolDevice(other, other.lotus)
    const { port } = other.app.server.address() as AddressInfo
    const answer = await fetch(`http://127.0.0.1:${port}/api/sync/nudges`, { headers: device.headers })
    const since = performance.now()
    await other.close()
    await answer.text()
    expect(performance.now() - since).toBeLessThan(30_000)
  })
})
