/**
 * The one stream of nudges for all collections, by `fetch` (an EventSource cannot send credentials). A nudge says
 * "pull these"; so does every opening, since nudges may have been missed before it.
 */
import { nudgeSchema, protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import type { Nudge } from '@chowki/shared/protocol/messages.ts'
import { checkAgainst } from '@chowki/shared/projections/validate.ts'
import { toSyncError } from './post-json.ts'
import type { SyncRequest } from './post-json.ts'
import { readServerSentEvents } from './server-sent-events.ts'
import { SyncError, fatalTroubles } from './sync-error.ts'

export interface NudgeStreamOptions {
  readonly request: SyncRequest
  /** Names of collections that changed. */
  readonly onNudge: (collections: readonly string[]) => void
  /** The stream is open: pull everything once. */
  readonly onOnline: () => void
  readonly onOffline: () => void
  readonly onTrouble?: (error: SyncError) => void
  /** Where the sync routes are. Default `/api/sync`. */
  readonly path?: string
  readonly timing?: Partial<NudgeStreamTiming>
  /** 0 <= n < 1. */
  readonly random?: () => number
}

export interface NudgeStreamTiming {
  readonly firstRetryMs: number
  readonly longestRetryMs: number
  readonly afterFatalMs: number
  /** The server sends something every 15 s: a line that is silent for longer is dead, whatever TCP thinks. */
  readonly silenceMs: number
}

export interface NudgeStream {
  /** Tries again at once, e.g. when the system says that the network is back. */
  reconnect(): void
  close(): void
}

const defaultTiming: NudgeStreamTiming = {
  firstRetryMs: 1_000,
  longestRetryMs: 30_000,
  afterFatalMs: 60_000,
  silenceMs: 40_000,
}

export function createNudgeStream(options: NudgeStreamOptions): NudgeStream {
  const timing = { ...defaultTiming, ...options.timing }
  const { random = Math.random } = options
  let closed = false
  let online = false
  let failures = 0
  let attempt = new AbortController()
  let endPause = () => {}

  function setOnline(next: boolean): void {
    if (closed || online === next) return
    online = next
    if (next) options.onOnline()
    else options.onOffline()
  }

  /** Half of the pause is by chance: a thousand replicas must not come back in the same second. */
  function pauseMs(error: SyncError | undefined): number {
    const isFatal = error !== undefined && fatalTroubles.has(error.trouble)
    const full = isFatal
      ? timing.afterFatalMs
      : Math.min(timing.longestRetryMs, timing.firstRetryMs * 2 ** Math.min(failures, 16))
    failures += 1
    return full / 2 + (full / 2) * random()
  }

  async function listen(): Promise<void> {
    attempt = new AbortController()
    const response = await openStream(options, attempt.signal)
    setOnline(true)
    for await (const event of readServerSentEvents(response, timing.silenceMs, attempt)) {
      // Not on opening: a server that accepts and drops at once must not be asked every second.
      failures = 0
      if (event.event === 'nudge') tellNudge(event.data, options.onNudge)
    }
  }

  async function run(): Promise<void> {
    while (!closed) {
      const error = await listen().then(() => undefined, toTrouble)
      setOnline(false)
      if (closed) return
      if (error) options.onTrouble?.(error)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs(error))
        endPause = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  void run()
  return {
    reconnect() {
      failures = 0
      attempt.abort()
      endPause()
    },
    close() {
      closed = true
      attempt.abort()
      endPause()
    },
  }
}

async function openStream({ request, path = '/api/sync' }: NudgeStreamOptions, signal: AbortSignal) {
  const response = await request(`${path}/nudges`, {
    headers: { accept: 'text/event-stream', [protocolHeader]: String(protocolVersion) },
    signal,
  })
  if (response.ok) return response
  throw await toSyncError(response)
}

function tellNudge(data: string, onNudge: (collections: readonly string[]) => void): void {
  const nudge: unknown = parse(data)
  // What cannot be read is taken as "something changed": to pull for nothing costs little.
  onNudge(checkAgainst(nudgeSchema, nudge).ok ? (nudge as Nudge).collections : [])
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON is not a nudge: it is refused where it is checked.
    return undefined
  }
}

const toTrouble = (cause: unknown): SyncError =>
  cause instanceof SyncError ? cause : new SyncError('unreachable', 'the nudge stream broke', { cause })
