/** What a desk of one society may try on another, route by route. A route without attempts fails the test. */
import { createHash } from 'node:crypto'
import { collections, kioskCollections, serverOnlyCollections } from '@chowki/shared/collections/registry.ts'
import { canonicalJson } from '@chowki/shared/domain/canonical-json.ts'
import type { Checkpoint, WireDocument } from '@chowki/shared/protocol/messages.ts'
import { protocolHeader } from '@chowki/shared/protocol/messages.ts'
import type { InjectOptions } from 'fastify'
import { frameOf, jpegOf, photoOf } from '../test-photo.ts'
import { newSecret } from '../test-server.ts'
import { newId } from '../test-society.ts'
import type { MarkedSociety } from './marked-society.ts'

export interface Ground {
  /** Who tries. */
  readonly own: MarkedSociety
  /** On whom. */
  readonly foreign: MarkedSociety
  readonly ownCheckpoint: Checkpoint
  readonly foreignCheckpoint: Checkpoint
  /** Of the other society's `GET /api/device/site`. */
  readonly foreignEtag: string
}

export interface Attempt {
  readonly what: string
  readonly request: InjectOptions
}

const attempt = (what: string, request: InjectOptions): Attempt => ({ what, request })

export const attemptsByRoute: Readonly<Record<string, (ground: Ground) => Attempt[]>> = {
  'GET /api/health': ({ foreign }) => asked('/api/health', foreign),
  'GET /api/health/live': ({ foreign }) => asked('/api/health/live', foreign),
  'GET /api/openapi.json': ({ foreign }) => asked('/api/openapi.json', foreign),
  'GET /api/docs': ({ foreign }) => asked('/api/docs', foreign),
  'GET /api/docs/scalar.js': ({ foreign }) => asked('/api/docs/scalar.js', foreign),
  'GET /api/device/site': siteAttempts,
  'GET /api/sync/nudges': () => [],
  'POST /api/enrol': enrolAttempts,
  'POST /api/enrolment-codes': codeAttempts,
  'POST /api/devices/:id/revoke': revokeAttempts,
  'POST /api/photos': uploadAttempts,
  'POST /api/photos/missing': missingAttempts,
  'GET /api/photos/:id': viewAttempts,
  'GET /api/v1/societies/:societyId/:collection': resourceAttempts('GET', ''),
  'POST /api/v1/societies/:societyId/:collection': resourceAttempts('POST', ''),
  'POST /api/v1/societies/:societyId/:collection/bulk': resourceAttempts('POST', '/bulk'),
  'PATCH /api/v1/societies/:societyId/:collection/bulk': resourceAttempts('PATCH', '/bulk'),
  'GET /api/v1/societies/:societyId/:collection/:id': resourceAttempts('GET', '/:id'),
  'PATCH /api/v1/societies/:societyId/:collection/:id': resourceAttempts('PATCH', '/:id'),
  'DELETE /api/v1/societies/:societyId/:collection/:id': resourceAttempts('DELETE', '/:id'),
  'POST /api/sync/:collection/pull': pullAttempts,
  'POST /api/sync/:collection/push': pushAttempts,
  'POST /api/sync/:collection/reconcile': reconcileAttempts,
}

/** The other society named wherever a careless server might look for it. */
function asked(url: string, { device }: MarkedSociety): Attempt[] {
  const { societyId, gateId } = device.society
  const query = { societyId, partition: societyId, gateId, deviceId: device.deviceId }
  return [
    attempt('query', { url, query }),
    attempt('headers', {
      url,
      headers: { 'x-society-id': societyId, 'x-partition': societyId, 'x-device-id': device.deviceId },
    }),
    attempt('cookie', { url, cookies: { societyId, token: device.secret } }),
  ]
}

function siteAttempts({ foreign, foreignEtag }: Ground): Attempt[] {
  const url = '/api/device/site'
  return [...asked(url, foreign), attempt('their etag', { url, headers: { 'if-none-match': foreignEtag } })]
}

const post = (what: string, url: string, payload: object, headers: Record<string, string> = {}): Attempt =>
  attempt(what, { method: 'POST', url, payload, headers })

function enrolAttempts({ own, foreign }: Ground): Attempt[] {
  const { deviceId, secret } = own.device
  const code = foreign.usedCode
  const mine = { deviceId, secret, deviceName: 'Desk' }
  const url = '/api/enrol'
  return [
    post('their used code, my desk', url, { ...mine, code }),
    post('their used code, a new desk', url, { ...mine, deviceId: newId(), code }),
    post('their used code and desk, my secret', url, { ...mine, deviceId: foreign.codeUser.deviceId, code }),
    post('their used code in small letters', url, { ...mine, code: code.toLowerCase() }),
    post('their unused code, my desk', url, { ...mine, code: foreign.unusedCode }),
    post('my code, their desk', url, {
      ...mine,
      deviceId: foreign.device.deviceId,
      code: own.unusedCode,
    }),
    post('my code, their desk, a new secret', url, {
      ...mine,
      deviceId: foreign.codeUser.deviceId,
      secret: newSecret(),
      code: own.unusedCode,
    }),
  ]
}

function codeAttempts({ own, foreign }: Ground): Attempt[] {
  return [own, foreign].map(({ device: { society } }) =>
    post('an admin’s work', '/api/enrolment-codes', {
      societyId: society.societyId,
      gateId: foreign.device.society.gateId,
      deviceName: 'Desk',
    }),
  )
}

function revokeAttempts({ own, foreign }: Ground): Attempt[] {
  return [foreign.device.deviceId, foreign.codeUser.deviceId, newId()].flatMap((id) =>
    [own, foreign].map(({ device: { society } }) =>
      post('an admin’s work', `/api/devices/${id}/revoke`, { societyId: society.societyId }),
    ),
  )
}

function uploadAttempts({ own, foreign }: Ground): Attempt[] {
  const headers = { 'content-type': 'application/octet-stream' }
  const frames = {
    'their photo as it is': [foreign.photo],
    'their id, other bytes': [{ ...photoOf(jpegOf(300)), id: foreign.photo.id }],
    'their hash and id, other bytes': [{ ...foreign.photo, bytes: jpegOf(foreign.photo.bytes.length) }],
    'their hash, a new id, other bytes': [{ ...photoOf(jpegOf(300)), sha256: foreign.photo.sha256 }],
    'their photo beside mine': [own.photo, foreign.photo],
  }
  return Object.entries(frames).map(([what, photos]) =>
    attempt(what, { method: 'POST', url: '/api/photos', headers, payload: frameOf(photos) }),
  )
}

function missingAttempts({ own, foreign }: Ground): Attempt[] {
  const { id, sha256 } = foreign.photo
  const lists = {
    'their id and hash': [{ id, sha256 }],
    'their id, my hash': [{ id, sha256: own.photo.sha256 }],
    'my id, their hash': [{ id: own.photo.id, sha256 }],
    'both among mine': [
      { id: own.photo.id, sha256: own.photo.sha256 },
      { id, sha256 },
    ],
  }
  return Object.entries(lists).map(([what, photos]) => post(what, '/api/photos/missing', { photos }))
}

function viewAttempts({ foreign }: Ground): Attempt[] {
  const { id } = foreign.photo
  const url = `/api/photos/${id}`
  return [
    attempt('their photo', { url }),
    attempt('a part of it', { url, headers: { range: 'bytes=0-99' } }),
    attempt('if it is new', { url, headers: { 'if-none-match': '*', 'if-modified-since': '0' } }),
    attempt('from elsewhere', { url: `/api/photos/..%2F${foreign.device.society.societyId}%2F${id}` }),
    ...asked(url, foreign),
  ]
}

const allNames: readonly string[] = [
  ...Object.values({ ...collections, ...serverOnlyCollections }).map(({ name }) => name),
  ...['syncHeads', 'system.users', 'visitors.$', 'local.oplog.rs'],
]

/** An admin's work, in either society: `reads.mongo.test.ts` and `writes.mongo.test.ts` have what an admin may not. */
function resourceAttempts(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', end: string) {
  return ({ own, foreign }: Ground): Attempt[] =>
    allNames.flatMap((name) => {
      const [document] = foreign.documents.get(name) ?? []
      const headers = { 'idempotency-key': 'an-attempt', 'if-match': '"1.a"' }
      const payload = end === '/bulk' ? { rows: [document ?? {}] } : { ...document }
      return [own, foreign].map(({ device: { society } }) =>
        attempt(`${name} as an admin would`, {
          method,
          url: `/api/v1/societies/${society.societyId}/${name}${end.replace(':id', document?._id ?? newId())}`,
          headers,
          ...(method === 'GET' ? {} : { payload }),
        }),
      )
    })
}

function pullAttempts({ foreign, ownCheckpoint, foreignCheckpoint }: Ground): Attempt[] {
  const { societyId } = foreign.device.society
  const checkpoints: Record<string, Checkpoint | null> = {
    'from the beginning': null,
    'from their checkpoint': foreignCheckpoint,
    'from the beginning of their history': { ...foreignCheckpoint, seq: 0 },
    'from the beginning of mine': { ...ownCheckpoint, seq: 0 },
    'from their number in mine': { ...ownCheckpoint, seq: foreignCheckpoint.seq },
    'from beyond': { ...ownCheckpoint, seq: Number.MAX_SAFE_INTEGER },
  }
  return allNames.flatMap((name) => {
    const url = `/api/sync/${name}/pull`
    const body = { schemaVersion: 0, limit: 1_000 }
    return [
      ...Object.entries(checkpoints).flatMap(([what, checkpoint]) =>
        ['1', '2'].map((version) =>
          post(`${name} ${what}`, url, { ...body, checkpoint }, { [protocolHeader]: version }),
        ),
      ),
      post(`${name}, their society in the body`, url, { ...body, checkpoint: null, societyId }),
      post(`${name}, their society in the address`, `${url}?societyId=${societyId}`, {
        ...body,
        checkpoint: null,
      }),
    ]
  })
}

function pushAttempts({ own, foreign }: Ground): Attempt[] {
  const mine = own.device.society.societyId
  return kioskCollections.flatMap(({ name }) =>
    (foreign.documents.get(name) ?? []).flatMap((document) => {
      const claimed = { ...document, societyId: mine }
      const changed = { ...document, updatedAt: Number(document['updatedAt']) - 1 }
      const rows = {
        'as it is': [{ newDocumentState: document }],
        'new in their society': [{ newDocumentState: { ...document, _id: newId() } }],
        'as mine': [{ newDocumentState: claimed }],
        'as mine, known': [{ newDocumentState: claimed, assumedMasterState: document }],
        'as mine, known as mine': [{ newDocumentState: claimed, assumedMasterState: claimed }],
        changed: [{ newDocumentState: changed, assumedMasterState: document }],
        deleted: [{ newDocumentState: { ...document, _deleted: true }, assumedMasterState: document }],
        'deleted as mine': [{ newDocumentState: { ...claimed, _deleted: true } }],
        'the id alone': [{ newDocumentState: { _id: document._id } }],
        'twice in one': [{ newDocumentState: claimed }, { newDocumentState: changed }],
      }
      return Object.entries(rows).flatMap(([what, all]) => pushOf(`${name} ${what}`, name, all))
    }),
  )
}

function pushOf(what: string, name: string, rows: object[]): Attempt[] {
  const body = { schemaVersion: 0, sentAt: 0, rows }
  return ['1', '2'].map((version) =>
    post(what, `/api/sync/${name}/push`, body, { [protocolHeader]: version }),
  )
}

function reconcileAttempts({ foreign }: Ground): Attempt[] {
  return allNames.flatMap((name) => {
    const documents = foreign.documents.get(name) ?? []
    const rowsOf = (hash: (document: WireDocument) => string) =>
      documents.map((document) => ({ id: document._id, hash: hash(document) }))
    const url = `/api/sync/${name}/reconcile`
    return [
      post(`${name}, true hashes`, url, { schemaVersion: 0, rows: rowsOf(hashOf(name)) }),
      post(`${name}, false hashes`, url, { schemaVersion: 0, rows: rowsOf(() => '0'.repeat(64)) }),
      post(`${name}, no rows`, url, { schemaVersion: 0, rows: [] }),
    ]
  })
}

/** As the other society's own desk would tell it. */
export const hashOf =
  (name: string) =>
  (document: WireDocument): string => {
    const kiosk = kioskCollections.find((one) => one.name === name)?.kiosk
    const part: Record<string, unknown> = { ...document }
    for (const field of [...(kiosk?.serverOwned ?? []), ...(kiosk?.withheld ?? [])]) delete part[field]
    return createHash('sha256').update(canonicalJson(part)).digest('hex')
  }
