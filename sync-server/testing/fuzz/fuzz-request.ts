/** Requests to one route: as it takes them, and wrong in every layer from the address to the last byte. */
import { gzipSync } from 'node:zlib'
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import fc from 'fast-check'
import { idsOf } from './fuzz-target.ts'
import type { FuzzedRoute, FuzzGround } from './fuzz-target.ts'
import { mutatedText } from './hostile-json.ts'
import { methodMutation, pathMutation } from './mutate-address.ts'
import { bytesMutation } from './mutate-body.ts'
import { headerMutation } from './mutate-headers.ts'
import type { RawRequest } from './raw-http.ts'
import { routeCases } from './route-cases.ts'
import type { ValidRequest } from './route-cases.ts'

export interface FuzzRequest extends RawRequest {
  /** Nothing was changed: the route has to take it. */
  readonly isFaultless: boolean
}

export type Mutation = fc.Arbitrary<(request: FuzzRequest) => FuzzRequest>

export function fuzzRequest(route: FuzzedRoute, ground: FuzzGround): fc.Arbitrary<FuzzRequest> {
  const known = routeCases[route.name]
  if (!known) throw new Error(`${route.name} has no case in route-cases.ts`)
  const valid = fc.tuple(known.valid(ground, route), versionFor(route)).map(([request, version]) => ({
    request,
    faultless: toRequest(route, ground, request, { credentials: known.credentials, version }),
  }))
  const mutations = [pathMutation(ground), headerMutation(ground), methodMutation, bytesMutation]
  return valid.chain(({ request, faultless }) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(faultless) },
      ...(request.body && 'json' in request.body
        ? [{ weight: 8, arbitrary: withMutatedJson(faultless, request.body.json, ground) }]
        : []),
      ...mutations.map((mutation) => ({
        weight: 2,
        arbitrary: mutation.map((change) =>
          inOwnSociety({ ...change(faultless), isFaultless: false }, ground),
        ),
      })),
    ),
  )
}

/** An admin may do all in every society, so that the other one would rightly be shown and changed. */
function inOwnSociety(request: FuzzRequest, { own, foreign }: FuzzGround): FuzzRequest {
  if (!request.path.includes('/api/v1/')) return request
  return { ...request, path: request.path.replaceAll(foreign.societyId, own.societyId) }
}

/** A desk of the version before is heard too, where that version has the route. */
const versionFor = ({ url }: FuzzedRoute): fc.Arbitrary<number> =>
  /(?:push|pull)$/.test(url)
    ? fc.constantFrom(protocolVersion, protocolVersion, protocolVersion, protocolVersion - 1)
    : fc.constant(protocolVersion)

function toRequest(
  { method, url }: FuzzedRoute,
  { own, adminKey }: FuzzGround,
  { params, query, headers = {}, body }: ValidRequest,
  { credentials, version }: { credentials: 'nobody' | 'device' | 'admin'; version: number },
): FuzzRequest {
  const authorization = { nobody: null, device: own.authorization, admin: `Bearer ${adminKey}` }[credentials]
  const type = body && ('json' in body ? 'application/json' : 'application/octet-stream')
  const bytes = body && ('json' in body ? Buffer.from(JSON.stringify(body.json)) : body.bytes)
  return {
    method,
    path:
      (params['*'] ?? url.replace(/:(\w+)/g, (_whole, name: string) => params[name] ?? '')) +
      (query === undefined ? '' : `?${query}`),
    headers: [
      ['host', '127.0.0.1'],
      [protocolHeader, String(version)],
      ...(authorization === null ? [] : [['authorization', authorization] as const]),
      ...(type === undefined ? [] : [['content-type', type] as const]),
      ...Object.entries(headers),
    ],
    body: bytes ?? null,
    isFaultless: true,
  }
}

function withMutatedJson(request: FuzzRequest, json: unknown, ground: FuzzGround): fc.Arbitrary<FuzzRequest> {
  return fc.tuple(mutatedText(json, idsOf(ground)), fc.boolean()).map(([text, isPacked]) => ({
    ...request,
    body: isPacked ? gzipSync(text) : Buffer.from(text),
    headers: isPacked ? [...request.headers, ['content-encoding', 'gzip']] : request.headers,
    isFaultless: false,
  }))
}
