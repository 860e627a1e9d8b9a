/** One request to the sync server: JSON, compressed where that pays, every failure as a `SyncError`. */
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import { SyncError, troubleOfStatus } from './sync-error.ts'

/** `fetch` to the server, credentials attached; `path` begins with a slash. */
export type SyncRequest = (path: string, init: RequestInit) => Promise<Response>

/** What fits one packet takes one packet either way; to shrink it would only cost both sides a millisecond. */
const compressFromBytes = 1400
const answerTimeoutMs = 60_000

export interface Posted<T> {
  readonly value: T
  readonly roundTripMs: number
}

export const postJson = <T>(request: SyncRequest, path: string, body: object, signal?: AbortSignal) =>
  postText<T>(request, path, JSON.stringify(body), signal)

/** `body`: JSON. */
export async function postText<T>(
  request: SyncRequest,
  path: string,
  body: string,
  signal?: AbortSignal,
): Promise<Posted<T>> {
  const { payload, encoding } = await encode(body)
  const timeout = AbortSignal.timeout(answerTimeoutMs)
  const startedAt = performance.now()
  const response = await unreachableIfNone(() =>
    request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [protocolHeader]: String(protocolVersion), ...encoding },
      body: payload,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    }),
  )
  if (!response.ok) throw await toSyncError(response)
  // A body that breaks off half way is a dead line, not a broken server.
  const value = (await unreachableIfNone(() => response.json())) as T
  return { value, roundTripMs: performance.now() - startedAt }
}

async function encode(
  text: string,
): Promise<{ payload: string | ArrayBuffer; encoding: Record<string, string> }> {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length < compressFromBytes || typeof CompressionStream === 'undefined') {
    return { payload: text, encoding: {} }
  }
  const compressed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))
  // Not as a stream: that needs HTTP/2 in browsers, and cannot be sent again by a proxy.
  return { payload: await new Response(compressed).arrayBuffer(), encoding: { 'content-encoding': 'gzip' } }
}

async function unreachableIfNone<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new SyncError('unreachable', 'the sync server did not answer', { cause })
  }
}

export async function toSyncError(response: Response): Promise<SyncError> {
  // A proxy's page, say: the status alone tells what it was.
  const body = (await response.json().catch(() => null)) as { error?: ChowkiError } | null
  const answer = body?.error
  const trouble = troubleOfStatus(response.status, answer?.code)
  const message = answer ? `${answer.code}: ${answer.message}` : `the sync server answered ${response.status}`
  return new SyncError(trouble, message, { status: response.status, ...(answer ? { answer } : {}) })
}
