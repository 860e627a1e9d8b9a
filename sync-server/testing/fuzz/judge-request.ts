/** Whether a request fits the route that it reaches, by the route's schema and the schema library's own check. */
import { isUtf8 } from 'node:buffer'
import { gunzipSync } from 'node:zlib'
import { photoFrameHeaderSchema } from '@chowki/shared/protocol/photo-frame.ts'
import { acceptedProtocolVersions, limits, protocolHeader } from '@chowki/shared/protocol/messages.ts'
import { Check } from 'typebox/value'
import type { TSchema } from 'typebox'
import type { FuzzRequest } from './fuzz-request.ts'
import type { FuzzedRoute, FuzzGround } from './fuzz-target.ts'
import { routeCases } from './route-cases.ts'

export function routeOf(
  request: Pick<FuzzRequest, 'method' | 'path'>,
  routes: readonly FuzzedRoute[],
): FuzzedRoute | undefined {
  const matching = routes.filter(
    ({ method, url }) => request.method === method && paramsOf(request.path, url),
  )
  // A part that is written out goes before one that is a parameter.
  return matching.toSorted((a, b) => a.url.split(':').length - b.url.split(':').length)[0]
}

export function isFitting(request: FuzzRequest, route: FuzzedRoute, ground: FuzzGround): boolean {
  const params = paramsOf(request.path, route.url)
  return (
    // A body that no route reads is not waited for.
    (request.isCutOff !== true || request.method === 'GET') &&
    (route.schema.params === undefined || Check(route.schema.params as TSchema, params)) &&
    hasCredentials(request, route, ground) &&
    (!route.url.startsWith('/api/sync') || speaksProtocol(request)) &&
    hasFittingBody(request, route)
  )
}

/** Null where the address is not the route's. */
export function paramsOf(path: string, url: string): Record<string, string> | null {
  const [address = ''] = path.replace(/^[a-z]+:\/\/[^/]*/, '').split(/[?#]/)
  const pieces = address.split('/')
  const wanted = url.split('/')
  if (pieces.length !== wanted.length) return null
  const params: Record<string, string> = {}
  for (const [index, want] of wanted.entries()) {
    const piece = decoded(pieces[index] ?? '')
    if (want.startsWith(':')) params[want.slice(1)] = piece ?? ''
    else if (piece !== want) return null
  }
  return params
}

function decoded(piece: string): string | null {
  try {
    return decodeURIComponent(piece)
  } catch {
    // Not decodable is the answer.
    return null
  }
}

const valuesOf = ({ headers }: FuzzRequest, name: string): string[] =>
  headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value.trim())

function hasCredentials(request: FuzzRequest, route: FuzzedRoute, { own, adminKey }: FuzzGround): boolean {
  // Node reads the first of two.
  const [sent = ''] = valuesOf(request, 'authorization')
  switch (routeCases[route.name]?.credentials) {
    case 'nobody':
      return true
    case 'admin':
      return sent.replace(/^bearer/i, 'Bearer') === `Bearer ${adminKey}`
    case 'device':
      return withLowerId(sent) === withLowerId(own.authorization)
    case undefined:
      return false
  }
}

/** Scheme and ids are read in either case; the secret is not. */
function withLowerId(authorization: string): string {
  const dot = authorization.lastIndexOf('.')
  return `${authorization.slice(0, dot).toLowerCase()}${authorization.slice(dot)}`
}

function speaksProtocol(request: FuzzRequest): boolean {
  const sent = valuesOf(request, protocolHeader).join(', ')
  return acceptedProtocolVersions.some((version) => sent === String(version))
}

function hasFittingBody(request: FuzzRequest, { name, schema }: FuzzedRoute): boolean {
  if (name === 'POST /api/photos') return isFrame(request.body)
  return schema.body === undefined || Check(schema.body as TSchema, jsonOf(request))
}

/** Undefined where the body is no JSON. Only a whole text in UTF-8 is one. */
export function jsonOf(request: FuzzRequest): unknown {
  const packed = valuesOf(request, 'content-encoding').join(', ') === 'gzip'
  try {
    const bytes = packed
      ? gunzipSync(request.body ?? '', { maxOutputLength: limits.bodyBytesMax })
      : request.body
    return bytes && isUtf8(bytes) ? JSON.parse(bytes.toString().replace(/^\ufeff/, '')) : undefined
  } catch {
    // Not readable is the answer.
    return undefined
  }
}

function isFrame(body: Buffer | null): boolean {
  if (!body || body.length < 4) return false
  const bodyStart = 4 + body.readUInt32BE(0)
  try {
    const header = JSON.parse(body.subarray(4, bodyStart).toString('latin1')) as {
      photos: { size: number }[]
    }
    if (!Check(photoFrameHeaderSchema, header)) return false
    return header.photos.reduce((sum, { size }) => sum + size, bodyStart) === body.length
  } catch {
    // Not a frame is the answer.
    return false
  }
}
