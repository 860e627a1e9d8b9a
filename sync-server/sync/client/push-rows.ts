/** Rows to the server, in as many requests as their size needs, one result for each row in order. */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { limits } from '@chowki/shared/protocol/messages.ts'
import type { PushRequest, PushResponse, PushResult, PushRow } from '@chowki/shared/protocol/messages.ts'
import { postJson } from './post-json.ts'
import type { SyncRequest } from './post-json.ts'
import { SyncError } from './sync-error.ts'

export interface PushTarget {
  readonly request: SyncRequest
  readonly path: string
  readonly schemaVersion: number
  readonly now: () => number
  readonly onServerTime: (serverTime: number, roundTripMs: number) => void
  readonly signal: AbortSignal
}

/** Room for the rest of the body. */
const rowsBytesMax = limits.bodyBytesMax - 64 * 1024

export async function pushRows(target: PushTarget, rows: readonly PushRow[]): Promise<PushResult[]> {
  if (rows.length === 0) return []
  const isTooMuch = rows.length > limits.pushRowsMax || isLargerThan(rows, rowsBytesMax)
  if (!isTooMuch) {
    try {
      return await send(target, rows)
    } catch (error) {
      // A proxy on the way may allow less than the server does.
      if (!(error instanceof SyncError && error.status === 413)) throw error
    }
  }
  if (rows.length === 1) return [{ status: 'quarantined', error: chowkiError('payload_too_large') }]
  const half = Math.ceil(rows.length / 2)
  const first = await pushRows(target, rows.slice(0, half))
  return [...first, ...(await pushRows(target, rows.slice(half)))]
}

async function send(target: PushTarget, rows: readonly PushRow[]): Promise<PushResult[]> {
  const { request, path, schemaVersion, now, onServerTime, signal } = target
  const body: PushRequest = { schemaVersion, sentAt: now(), rows: [...rows] }
  const { value, roundTripMs } = await postJson<PushResponse>(request, `${path}/push`, body, signal)
  if (!Array.isArray(value?.results) || value.results.length !== rows.length) {
    throw new SyncError('serverFailed', 'the sync server did not answer for every row')
  }
  onServerTime(value.serverTime, roundTripMs)
  return value.results
}

/** UTF-8 takes at most three bytes for each UTF-16 unit: only what may be too large is measured exactly. */
function isLargerThan(rows: readonly PushRow[], bytes: number): boolean {
  const text = JSON.stringify(rows)
  return text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes
}
