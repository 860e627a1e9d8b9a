/**
 * Nudges from the server, the system's word that a network is back, and a look every half minute in any case. Whatever
 * the network does, `online` is true of the last 35 seconds at most: an open stream that falls silent is dead, and while
 * no stream is open the server is asked for a sign of life.
 */
import { createNudgeStream } from '@chowki/sync-server/sync/client/nudge-stream.ts'
import type { Connection } from './connection.ts'

export interface NetworkWatchParts {
  readonly connection: Pick<Connection, 'request' | 'setOnline'>
  /** Asks again what changed in these collections, in all of them where none is named. */
  readonly reSync: (names: readonly string[]) => void
  readonly timing?: NetworkTiming
}

export interface NetworkTiming {
  readonly reSyncEveryMs: number
  readonly probeEveryMs: number
  readonly probeTimeoutMs: number
  /** Two of the server's heartbeats. */
  readonly silenceMs: number
}

export interface NetworkWatch {
  /** A person asks to try at once. */
  reconnect(): void
  stop(): void
}

export const networkTiming: NetworkTiming = {
  reSyncEveryMs: 30_000,
  probeEveryMs: 12_000,
  probeTimeoutMs: 20_000,
  silenceMs: 32_000,
}

export function watchNetwork({
  connection,
  reSync,
  timing = networkTiming,
}: NetworkWatchParts): NetworkWatch {
  let isStreamOpen = false
  const nudges = createNudgeStream({
    request: connection.request,
    onNudge: reSync,
    onOnline() {
      isStreamOpen = true
      connection.setOnline(true)
      reSync([])
    },
    onOffline() {
      isStreamOpen = false
      connection.setOnline(false)
    },
    timing: { silenceMs: timing.silenceMs },
  })
  const reconnect = (): void => {
    nudges.reconnect()
    reSync([])
  }
  const probe = (): void => {
    if (isStreamOpen) return
    const signal = AbortSignal.timeout(timing.probeTimeoutMs)
    // The connection has noted it: that no answer came is all that is asked.
    void connection.request('/api/health/live', { signal }).catch(() => undefined)
  }
  const timers = [
    setInterval(() => reSync([]), timing.reSyncEveryMs),
    setInterval(probe, timing.probeEveryMs),
  ]
  globalThis.addEventListener?.('online', reconnect)
  return {
    reconnect,
    stop() {
      for (const timer of timers) clearInterval(timer)
      globalThis.removeEventListener?.('online', reconnect)
      nudges.close()
    },
  }
}
