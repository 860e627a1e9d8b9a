/**
 * Every request of this desk goes through here, so that one place knows whether the server answers, whether it
 * still takes this device, and how far the clocks are apart.
 */
import { protocolHeader } from '@chowki/shared/protocol/messages.ts'
import { createLive } from '../desk/live.ts'
import type { Live } from '../kiosk-data.ts'

export interface ConnectionState {
  readonly online: boolean
  readonly trouble: 'none' | 'revoked' | 'outdated'
  readonly clockDriftMs: number | null
}

export interface Connection extends Live<ConnectionState> {
  /** Rejects when the server does not answer, or something else answers in its place. */
  request(path: string, init?: RequestInit): Promise<Response>
  /** From the nudge stream, which knows of a dead connection before any request is made. */
  setOnline(online: boolean): void
  /** As the server said it in an answer, and how long that answer took. */
  serverTime(serverTime: number, roundTripMs: number): void
}

export interface ConnectionParts {
  readonly api: (path: string, init?: RequestInit) => Promise<Response>
  readonly now: () => number
}

/** A slow 2G network delivers a photo in this time. What takes longer, as a frame of photos, sets its own limit. */
const answerTimeoutMs = 30_000

const noticeableDriftMs = 1_000

const first: ConnectionState = { online: false, trouble: 'none', clockDriftMs: null }

export function createConnection({ api, now }: ConnectionParts): Connection {
  const state = createLive<ConnectionState>(first)
  const change = (next: Partial<ConnectionState>): void =>
    state.update((current) => {
      const changed = { ...current, ...next }
      const isSame = (Object.keys(changed) as (keyof ConnectionState)[]).every(
        (key) => changed[key] === current[key],
      )
      return isSame ? current : changed
    })
  return {
    current: () => state.current(),
    subscribe: (onChange) => state.subscribe(onChange),
    async request(path, init = {}) {
      try {
        const signal = init.signal ?? AbortSignal.timeout(answerTimeoutMs)
        const response = await api(path, { ...init, signal })
        await refuseStrangers(response)
        const trouble = await troubleOf(path, response)
        change({ online: true, ...(trouble === null ? {} : { trouble }) })
        return response
      } catch (cause) {
        if (!isGivenUp(init.signal)) change({ online: false })
        throw cause
      }
    },
    setOnline: (online) => change({ online }),
    serverTime(serverTime, roundTripMs) {
      const drift = Math.round(now() - roundTripMs / 2 - serverTime)
      const known = state.current().clockDriftMs
      // A busy network makes it tremble; the screen is drawn anew only for what a person would notice.
      if (known === null || Math.abs(drift - known) >= noticeableDriftMs) change({ clockDriftMs: drift })
    },
  }
}

/** A proxy's 502 and a Wi-Fi login page answer too, but not in our protocol: behind them there is no server. */
async function refuseStrangers(response: Response): Promise<void> {
  if (response.headers.has(protocolHeader)) return
  await response.body?.cancel()
  throw new TypeError(`What answered is not our server (${response.status})`)
}

/** By the caller, who wants no answer any more; a question that ran out of time was not given up. */
const isGivenUp = (signal: AbortSignal | null | undefined): boolean =>
  signal?.aborted === true && (signal.reason as { name?: string } | undefined)?.name !== 'TimeoutError'

/**
 * Null where the answer says nothing of it: a 404 for a photo neither revokes nor restores a device, and the sign of
 * life is given to anybody.
 */
async function troubleOf(path: string, response: Response): Promise<ConnectionState['trouble'] | null> {
  if (path.startsWith('/api/health')) return null
  if (response.ok) return 'none'
  if (response.status === 426) return 'outdated'
  if (response.status !== 401) return null
  // No JSON is no answer of ours.
  const body = (await response
    .clone()
    .json()
    .catch(() => null)) as { error?: { code?: string } } | null
  const code = body?.error?.code
  return code === 'device_revoked' || code === 'unauthenticated' ? 'revoked' : null
}
