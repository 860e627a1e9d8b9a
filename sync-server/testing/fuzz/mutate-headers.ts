/** Credentials, types and versions that are wrong by a letter, and headers that nobody should send. */
import { protocolHeader } from '@chowki/shared/protocol/messages.ts'
import fc from 'fast-check'
import type { FuzzRequest, Mutation } from './fuzz-request.ts'
import { marker } from './fuzz-target.ts'
import type { FuzzGround } from './fuzz-target.ts'

type Headers = FuzzRequest['headers']

export const withHeader = (headers: Headers, name: string, value: string | null): Headers => [
  ...headers.filter(([other]) => other !== name),
  ...(value === null ? [] : [[name, value] as const]),
]

const types = [
  ...[
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
  ],
  ...['application/json; charset=utf-16', 'application/jsonx', 'application/octet-stream', 'json', '*/*', ''],
  ...['application/json, text/plain', `${marker}/${marker}`, 'application/json;;;', 'APPLICATION/JSON'],
]

const oddHeaders: Headers = [
  ['x-long', 'a'.repeat(20_000)],
  ['x-forwarded-for', marker],
  ['x-http-method-override', 'DELETE'],
  ['x-request-id', marker],
  ['accept-encoding', 'gzip;q=bad, *;q=0'],
  ['accept', 'text/html'],
  ['if-none-match', '*'],
  ['range', 'bytes=0-999999999999'],
  ['expect', '200-maybe'],
  ['expect', '100-continue'],
  ['connection', 'upgrade'],
  ['upgrade', 'websocket'],
  ['content-length', '1'],
  ['content-length', '-1'],
  ['transfer-encoding', 'chunked'],
  ['transfer-encoding', 'gzip, chunked'],
  ['host', marker],
  ['authorization', `Bearer ${marker}`],
  [protocolHeader, '1'],
  ['x-control', 'a\u0001b'],
  ['x-latin', 'caf\xe9'],
  ['bad name', 'x'],
  ['', 'x'],
  ['cookie', `a=${marker}; `.repeat(50)],
  ['origin', 'https://elsewhere.example'],
]

export function headerMutation(ground: FuzzGround): Mutation {
  const replaced = (name: string, values: readonly (string | null)[]): Mutation =>
    fc
      .constantFrom(...values)
      .map((value) => (request) => ({ ...request, headers: withHeader(request.headers, name, value) }))
  return fc.oneof(
    replaced('authorization', tokensLike(ground)),
    replaced('content-type', [null, ...types]),
    replaced(protocolHeader, [
      null,
      '0',
      '1',
      '3',
      '2, 2',
      '-2',
      '2.0',
      ' 2',
      '9'.repeat(400),
      marker,
      '\xff',
    ]),
    fc.constantFrom(...oddHeaders).map((odd) => (request: FuzzRequest) => ({
      ...request,
      headers: [...request.headers, odd],
      // Else the server waits, as it should, for what was announced.
      isCutOff: /^(?:content-length|transfer-encoding)$/.test(odd[0]),
    })),
  )
}

/** Wrong by a letter, by a society, by a scheme. */
function tokensLike({ own, foreign, adminKey }: FuzzGround): (string | null)[] {
  const token = own.authorization
  const [otherPart] = foreign.authorization.split(/\.(?=[^.]*$)/)
  const secret = token.split('.').at(-1) ?? ''
  return [
    null,
    '',
    'Bearer ',
    token.slice(0, -1),
    `${token}x`,
    token.replace('Bearer', 'bearer'),
    token.replace('Bearer', 'Basic'),
    `${token},${token}`,
    `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
    `${otherPart}.${secret}`,
    token.replace(own.deviceId, foreign.deviceId),
    token.replace(own.societyId, foreign.societyId),
    token.replace(own.deviceId, own.deviceId.toUpperCase()),
    `Bearer ${adminKey}`,
    `Bearer ${adminKey}=`,
    token.replace(own.societyId, '{"$ne":null}'),
    token.replace(own.deviceId, '__proto__'),
    `Bearer ${own.deviceId}.${secret}`,
    `Bearer ${marker}${'x'.repeat(5_000)}`,
    `Bearer ${secret}`,
    'Bearer \xff\xfe',
  ]
}
