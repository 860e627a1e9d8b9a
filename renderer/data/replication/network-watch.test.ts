import { afterEach, expect, it } from 'vitest'
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import { until } from '../../testing/desk/open-test-desk.ts'
import { createConnection } from './connection.ts'
import { networkTiming, watchNetwork } from './network-watch.ts'
import type { NetworkWatch } from './network-watch.ts'

let watch: NetworkWatch | null = null
afterEach(() => watch?.stop())

const ours = (body: BodyInit | null, init: ResponseInit = {}): Response =>
  new Response(body, { ...init, headers: { [protocolHeader]: String(protocolVersion) } })

/** A network between the desk and a server; `blackHole`: whatever is sent is never answered. */
function network() {
  const state = { blackHole: false, streams: 'open' as 'open' | 'refused' }
  const api = (path: string, init: RequestInit = {}): Promise<Response> => {
    if (state.blackHole)
      return new Promise((_resolve, reject) => {
        init.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))
      })
    if (!path.endsWith('/nudges')) return Promise.resolve(ours('{}'))
    if (state.streams === 'refused') return Promise.resolve(ours('{}', { status: 503 }))
    const silent = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(': here\n\n')),
    })
    return Promise.resolve(ours(silent))
  }
  const connection = createConnection({ api, now: Date.now })
  const timing = { reSyncEveryMs: 1_000_000, probeEveryMs: 20, probeTimeoutMs: 30, silenceMs: 60 }
  watch = watchNetwork({ connection, reSync: () => undefined, timing })
  return { state, connection, isOnline: () => connection.current().online }
}

it('FAULT-5 a black hole behind an open stream is offline', async () => {
  const { state, isOnline } = network()
  await until(isOnline, 'online', 5_000)
  state.blackHole = true
  await until(() => !isOnline(), 'offline', 5_000)
})

it('FAULT-5 a black hole after failures, with no stream open, is offline, and its end is seen', async () => {
  const { state, isOnline } = network()
  state.streams = 'refused'
  await until(isOnline, 'online by a sign of life', 5_000)
  state.blackHole = true
  await until(() => !isOnline(), 'offline', 5_000)
  state.blackHole = false
  await until(isOnline, 'online again', 5_000)
})

it('FAULT-5 takes 35 seconds at most, in either state', () => {
  expect(networkTiming.silenceMs).toBeLessThanOrEqual(35_000)
  expect(networkTiming.probeEveryMs + networkTiming.probeTimeoutMs).toBeLessThanOrEqual(35_000)
})
