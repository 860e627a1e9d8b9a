/**
 * `chowki://kiosk/api/*` goes to the enrolled server, with the device's token, which the page never sees.
 * The page chooses path, method and body; the host, the credentials and every other header are not its to choose.
 * Both directions stream. What cannot be reached answers 503 with `x-chowki-offline: 1`, so that the page can tell
 * "no network" from "the server says no" without parsing anything.
 */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { apiHeaders } from './response-headers.ts'
import { isKioskUrl } from './kiosk-origin.ts'
import { withIdleLimit } from './idle-limit.ts'

export interface ServerTarget {
  /** `http(s)://host[:port]` */
  readonly origin: string
  readonly token: string | null
}

export interface ApiForwarding {
  readonly target: () => Promise<Result<ServerTarget | null, ChowkiError>>
  readonly fetchUpstream: (url: string, init: RequestInit) => Promise<Response>
  /** From sending until the status line: long enough for a photo frame on a 2G line. */
  readonly answerTimeoutMs: number
  /** An answer without a byte for this long counts as dead; the nudge stream has a heartbeat every 15 s. */
  readonly idleTimeoutMs: number
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
const nullBodyStatuses: ReadonlySet<number> = new Set([204, 205, 304])

const requestHeaders: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'cache-control',
  'content-encoding',
  'content-type',
  'if-match',
  'if-none-match',
  'last-event-id',
  'x-request-id',
])
/** `content-encoding` and `content-length` are missing on purpose: the body arrives here inflated. */
const responseHeaders: ReadonlySet<string> = new Set([
  'cache-control',
  'content-type',
  'date',
  'etag',
  'last-modified',
  'retry-after',
  'x-request-id',
])
const ownPrefix = /^x-(?:sync|chowki|ratelimit)-/

const pick = (headers: Headers, names: ReadonlySet<string>): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => names.has(name) || ownPrefix.test(name)))

const refusal = (status: number, error: ChowkiError, offline: boolean): Response =>
  new Response(JSON.stringify({ error }), {
    status,
    headers: {
      ...apiHeaders,
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...(offline ? { 'x-chowki-offline': '1' } : {}),
    },
  })

export const offlineAnswer = (message?: string): Response =>
  refusal(503, chowkiError('network_unreachable', message === undefined ? {} : { message }), true)

/** Null where the path leaves `/api/` or the origin, however it is spelt. */
export const upstreamUrl = (pageUrl: string, origin: string): string | null => {
  if (!isKioskUrl(pageUrl)) return null
  const { pathname, search } = new URL(pageUrl)
  const text = `${origin}${pathname}${search}`
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  return url.origin === origin && url.pathname.startsWith('/api/') ? url.href : null
}

export const upstreamHeaders = (fromPage: Headers, token: string | null): Record<string, string> => ({
  ...pick(fromPage, requestHeaders),
  ...(token === null ? {} : { authorization: `Bearer ${token}` }),
})

const upstreamInit = (request: Request, token: string | null, signal: AbortSignal): RequestInit => ({
  method: request.method,
  headers: upstreamHeaders(request.headers, token),
  credentials: 'omit',
  cache: 'no-store',
  // A captive portal answers with a redirect; following it would send the token to a stranger.
  redirect: 'error',
  referrerPolicy: 'no-referrer',
  signal,
  ...(request.body === null ? {} : { body: request.body, duplex: 'half' }),
})

const toPageAnswer = (upstream: Response, controller: AbortController, idleTimeoutMs: number): Response => {
  const headers = { ...pick(upstream.headers, responseHeaders), ...apiHeaders }
  const body =
    upstream.body === null || nullBodyStatuses.has(upstream.status)
      ? null
      : withIdleLimit(upstream.body, idleTimeoutMs, () => controller.abort())
  return new Response(body, { status: upstream.status, statusText: upstream.statusText, headers })
}

export const createApiForwarder =
  (forwarding: ApiForwarding) =>
  async (request: Request): Promise<Response> => {
    if (!methods.has(request.method))
      return refusal(400, chowkiError('invalid_request', { field: 'method' }), false)
    const target = await forwarding.target()
    if (!target.ok) return refusal(500, target.error, false)
    if (target.value === null) return offlineAnswer('No server has been chosen yet.')
    const url = upstreamUrl(request.url, target.value.origin)
    if (url === null) return refusal(404, chowkiError('not_found'), false)

    const controller = new AbortController()
    const abort = (): void => controller.abort()
    if (request.signal.aborted) abort()
    else request.signal.addEventListener('abort', abort, { once: true })
    const timer = setTimeout(abort, forwarding.answerTimeoutMs)
    try {
      const upstream = await forwarding.fetchUpstream(
        url,
        upstreamInit(request, target.value.token, controller.signal),
      )
      return toPageAnswer(upstream, controller, forwarding.idleTimeoutMs)
    } catch {
      // No network, no answer in time, or the page gave up: to the page each is a server that cannot be reached.
      return offlineAnswer()
    } finally {
      clearTimeout(timer)
    }
  }
