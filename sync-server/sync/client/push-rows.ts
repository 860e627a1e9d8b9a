/** Rows to the server, in as many requests as their size needs, one result for each row in order. */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { limits } from '@chowki/shared/protocol/messages.ts'
import type { PushRequest, PushResponse, PushResult, PushRow } from '@chowki/shared/protocol/messages.ts'
import { postText } from './post-json.ts'
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

/** RxDB's batch names each document once, so its requests need no order: the server reads one while it writes another. */
const rowsPerRequest = 250

export async function pushRows(target: PushTarget, rows: readonly PushRow[]): Promise<PushResult[]> {
  const requests: Promise<PushResult[]>[] = []
  for (let from = 0; from < rows.length; from += rowsPerRequest) {
    requests.push(pushPart(target, rows.slice(from, from + rowsPerRequest)))
  }
  // What is repeated after a failure must not overtake what is still on its way.
  await Promise.allSettled(requests)
  return (await Promise.all(requests)).flat()
}

async function pushPart(target: PushTarget, rows: readonly PushRow[]): Promise<PushResult[]> {
  const body = toBody(target, rows)
  if (body !== undefined) {
    try {
      return await send(target, rows.length, body)
    } catch (error) {
      // A proxy on the way may allow less than the server does.
      if (!(error instanceof SyncError && error.status === 413)) throw error
    }
  }
  if (rows.length === 1) return [{ status: 'quarantined', error: chowkiError('payload_too_large') }]
  const half = Math.ceil(rows.length / 2)
  const first = await pushPart(target, rows.slice(0, half))
  return [...first, ...(await pushPart(target, rows.slice(half)))]
}

/** Undefined where the server would not take it. Written once: a backlog is megabytes of text. */
function toBody({ schemaVersion, now }: PushTarget, rows: readonly PushRow[]): string | undefined {
  const request: PushRequest = { schemaVersion, sentAt: now(), rows: [...rows] }
  const text = JSON.stringify(request)
  return isLargerThan(text, limits.bodyBytesMax) ? undefined : text
}

async function send(target: PushTarget, count: number, body: string): Promise<PushResult[]> {
  const { request, path, onServerTime, signal } = target
  const { value, roundTripMs } = await postText<PushResponse>(request, `${path}/push`, body, signal)
  if (!Array.isArray(value?.results) || value.results.length !== count) {
    throw new SyncError('serverFailed', 'the sync server did not answer for every row')
  }
  onServerTime(value.serverTime, roundTripMs)
  return value.results
}

/** UTF-8 takes at most three bytes for each UTF-16 unit: only what may be too large is measured exactly. */
const isLargerThan = (text: string, bytes: number): boolean =>
  text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes
