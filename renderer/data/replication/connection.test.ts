import { expect, it } from 'vitest'
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import { createConnection } from './connection.ts'

const ours = { [protocolHeader]: String(protocolVersion) }
const asking = (answer: () => Promise<Response>) => createConnection({ api: answer, now: () => 0 })
const error = (code: string) => JSON.stringify({ error: { code } })

it.each([
  ['a proxy that cannot reach the server', () => new Response('Bad gateway', { status: 502 })],
  [
    'a Wi-Fi login page',
    () => new Response('<html>Sign in</html>', { headers: { 'content-type': 'text/html' } }),
  ],
  ['a stranger’s 401', () => new Response(error('device_revoked'), { status: 401 })],
])('FAULT-5 %s is not online, and its answer reaches nobody', async (_who, answer) => {
  let now = (): Response => new Response('{}', { headers: ours })
  const connection = asking(async () => now())
  await connection.request('/api/device/site')
  expect(connection.current().online).toBe(true)
  now = answer
  await expect(connection.request('/api/device/site')).rejects.toThrow('not our server')
  expect(connection.current()).toMatchObject({ online: false, trouble: 'none' })
})

it('is online by any answer of our server, a refusal too', async () => {
  const connection = asking(async () => new Response(error('internal'), { status: 500, headers: ours }))
  await connection.request('/api/device/site')
  expect(connection.current().online).toBe(true)
})

it('FAULT-5 a question that the caller gave up says nothing, one that ran out of time says offline', async () => {
  const hang = (signal: AbortSignal | null | undefined): Promise<Response> =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error))
    })
  let isThere = true
  const connection = createConnection({
    api: (_path, init) =>
      isThere ? Promise.resolve(new Response('{}', { headers: ours })) : hang(init?.signal),
    now: () => 0,
  })
  await connection.request('/api/device/site')
  isThere = false
  const givenUp = new AbortController()
  const asked = connection.request('/api/device/site', { signal: givenUp.signal })
  givenUp.abort()
  await expect(asked).rejects.toThrow()
  expect(connection.current().online).toBe(true)
  await expect(connection.request('/api/device/site', { signal: AbortSignal.timeout(5) })).rejects.toThrow()
  expect(connection.current().online).toBe(false)
})

it('FAULT-6 a sign of life takes no word back about a device that was revoked', async () => {
  let answer = new Response(error('device_revoked'), { status: 401, headers: ours })
  const connection = asking(async () => answer)
  await connection.request('/api/device/site')
  expect(connection.current().trouble).toBe('revoked')
  answer = new Response('{}', { headers: ours })
  await connection.request('/api/health/live')
  expect(connection.current()).toMatchObject({ online: true, trouble: 'revoked' })
})
