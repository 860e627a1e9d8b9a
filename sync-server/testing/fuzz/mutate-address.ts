/** Addresses and methods that no route has, or that only look like one. */
import fc from 'fast-check'
import type { FuzzRequest, Mutation } from './fuzz-request.ts'
import { idsOf, marker } from './fuzz-target.ts'
import type { FuzzGround } from './fuzz-target.ts'

export const methodMutation: Mutation = fc
  .constantFrom(
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'TRACE',
    'PROPFIND',
    'QUERY',
    'get',
    'FOO',
    'CONNECT',
  )
  .map((method) => (request) => ({ ...request, method }))

const pathEnds = [
  '/',
  '//',
  '%',
  '%zz',
  '%00',
  '?',
  '?a=%',
  '?limit=1&limit=2',
  '#x',
  ';a=b',
  '%2e%2e',
  '/..',
  '.json',
]
const pathParts = [
  '%',
  '%E0%A4',
  '%ff',
  '%2F',
  '..',
  '%2e%2e%2f',
  '%00',
  '__proto__',
  'constructor',
  'toString',
]
const climbing = [
  ...[
    '../secret.txt',
    '..%2fsecret.txt',
    '%2e%2e/secret.txt',
    '..%5csecret.txt',
    '..\\secret.txt',
    '....//secret.txt',
  ],
  ...[
    'assets/../../secret.txt',
    'assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '%252e%252e%252fsecret.txt',
    '.%00./secret.txt',
  ],
  ...[
    '..;/secret.txt',
    '../../../../etc/passwd',
    '%c0%ae%c0%ae/secret.txt',
    'index.html%00.js',
    'INDEX.HTML',
    '.env',
  ],
]
const otherNames = [
  'photos',
  'guardDevices',
  'auditLogs',
  'quarantine',
  'syncHeads',
  'enrolmentCodes',
  'visitors.$',
  '',
]

export function pathMutation(ground: FuzzGround): Mutation {
  const parts = [
    ...pathParts,
    ...otherNames,
    ...idsOf(ground).filter((id) => !isDevice(ground, id)),
    `${marker}-9876543210`,
    'x'.repeat(3_000),
    '%25',
  ]
  return fc.oneof(
    fc
      .constantFrom(...pathEnds)
      .map((end) => (request: FuzzRequest) => ({ ...request, path: `${request.path}${end}` })),
    fc.tuple(fc.constantFrom(...parts), fc.nat()).map(([part, at]) => (request: FuzzRequest) => {
      const pieces = request.path.split('/')
      pieces[1 + (at % (pieces.length - 1))] = part
      return { ...request, path: pieces.join('/') }
    }),
    fc.constantFrom(...climbing).map((path) => (request: FuzzRequest) => ({ ...request, path: `/${path}` })),
    fc.constantFrom(
      (request: FuzzRequest) => ({ ...request, path: request.path.toUpperCase() }),
      (request: FuzzRequest) => ({ ...request, path: `http://elsewhere.example${request.path}` }),
      (request: FuzzRequest) => ({ ...request, path: request.path.slice(1) }),
      (request: FuzzRequest) => ({ ...request, path: `/${request.path}` }),
      (request: FuzzRequest) => ({ ...request, path: request.path.replaceAll('a', '%61') }),
      (request: FuzzRequest) => ({ ...request, path: `${request.path}?${marker}=${'x'.repeat(9_000)}` }),
      (request: FuzzRequest) => ({ ...request, path: '*' }),
    ),
  )
}

/** A revoked desk would be refused whatever else is wrong. */
const isDevice = ({ own, foreign }: FuzzGround, id: string): boolean =>
  id === own.deviceId || id === foreign.deviceId
