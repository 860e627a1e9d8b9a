/** For each route of the app a request that it takes, made from its own schema. A route without a case fails the test. */
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import type { KioskCollectionDefinition } from '@chowki/shared/collections/registry.ts'
import { sampleDocument, sampleOf } from '@chowki/shared/test-data/sample-document.ts'
import fc from 'fast-check'
import { frameOf, photoOf } from '../test-photo.ts'
import { resourceCases } from './resource-cases.ts'
import type { FuzzGround, FuzzedRoute } from './fuzz-target.ts'

export interface ValidRequest {
  /** Of the address: `:id`, `:collection`. */
  readonly params: Readonly<Record<string, string>>
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  /** A value is sent as JSON. */
  readonly body?: { readonly json: unknown } | { readonly bytes: Buffer }
}

export interface RouteCase {
  readonly credentials: 'nobody' | 'device' | 'admin'
  readonly valid: (ground: FuzzGround, route: FuzzedRoute) => fc.Arbitrary<ValidRequest>
  /** Answers to a request without a fault: ids and checkpoints are drawn too, and need not exist. */
  readonly statuses: readonly number[]
}

const withoutInput: RouteCase['valid'] = () => fc.constant({ params: {} })
/** Drawn, not made at random: the same seed sends the same requests, but for the ids of what the server was given. */
const hexId = () => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 24, maxLength: 24 })
const collectionNames = kioskCollections.map(({ name }) => name)

const pages = ['/', '/inside', '/assets/app-1a2b.js', '/index.html', '/deep/er/page']
const kioskPages: RouteCase['valid'] = () =>
  fc.constantFrom(...pages).map((page) => ({ params: { '*': page } }))

export const routeCases: Readonly<Record<string, RouteCase>> = {
  'GET /*': { credentials: 'nobody', valid: kioskPages, statuses: [200] },
  'GET /api/health': { credentials: 'nobody', valid: withoutInput, statuses: [200] },
  'GET /api/health/live': { credentials: 'nobody', valid: withoutInput, statuses: [200] },
  'GET /api/openapi.json': { credentials: 'nobody', valid: withoutInput, statuses: [200] },
  'GET /api/docs': { credentials: 'nobody', valid: withoutInput, statuses: [200] },
  'POST /api/enrol': { credentials: 'nobody', valid: enrolment, statuses: [200, 400, 401, 409, 410, 429] },
  'POST /api/enrolment-codes': { credentials: 'admin', valid: codeRequest, statuses: [200, 404] },
  'POST /api/devices/:id/revoke': { credentials: 'admin', valid: revocation, statuses: [200, 404] },
  'GET /api/device/site': { credentials: 'device', valid: withoutInput, statuses: [200] },
  'POST /api/photos': { credentials: 'device', valid: frame, statuses: [200] },
  'POST /api/photos/missing': { credentials: 'device', valid: jsonOf, statuses: [200] },
  'GET /api/photos/:id': { credentials: 'device', valid: photoView, statuses: [200, 404] },
  'POST /api/sync/:collection/pull': { credentials: 'device', valid: pulled, statuses: [200, 410] },
  'POST /api/sync/:collection/push': { credentials: 'device', valid: pushed, statuses: [200] },
  'POST /api/sync/:collection/reconcile': { credentials: 'device', valid: reconciled, statuses: [200] },
  'GET /api/sync/nudges': { credentials: 'device', valid: withoutInput, statuses: [200] },
  ...resourceCases,
}

function bodyOf({ schema }: FuzzedRoute): fc.Arbitrary<Record<string, unknown>> {
  return sampleOf((schema.body ?? {}) as Record<string, unknown>) as fc.Arbitrary<Record<string, unknown>>
}

const jsonRequest = (json: unknown, params: Record<string, string> = {}): ValidRequest => ({
  params,
  body: { json },
})

function jsonOf(_ground: FuzzGround, route: FuzzedRoute): fc.Arbitrary<ValidRequest> {
  return bodyOf(route).map((json) => jsonRequest(json))
}

function enrolment({ codes }: FuzzGround, route: FuzzedRoute): fc.Arbitrary<ValidRequest> {
  const known = fc.constantFrom(...codes).map((code) => ({ code }))
  return fc
    .tuple(bodyOf(route), fc.oneof(known, fc.constant({})))
    .map(([body, code]) => jsonRequest({ ...body, ...code }))
}

function codeRequest({ own }: FuzzGround, route: FuzzedRoute): fc.Arbitrary<ValidRequest> {
  const place = fc.constantFrom({ societyId: own.societyId, gateId: own.gateId }, {})
  return fc.tuple(bodyOf(route), place).map(([body, known]) => jsonRequest({ ...body, ...known }))
}

function revocation({ own, spareDeviceId }: FuzzGround, route: FuzzedRoute): fc.Arbitrary<ValidRequest> {
  const id = fc.oneof(fc.constant(spareDeviceId), hexId())
  const society = fc.constantFrom({ societyId: own.societyId }, {})
  return fc
    .tuple(id, bodyOf(route), society)
    .map(([device, body, known]) => jsonRequest({ ...body, ...known }, { id: device }))
}

function photoView({ own, foreign }: FuzzGround): fc.Arbitrary<ValidRequest> {
  return fc.oneof(fc.constantFrom(own.photoId, foreign.photoId), hexId()).map((id) => ({ params: { id } }))
}

function frame(): fc.Arbitrary<ValidRequest> {
  const photo = fc
    .tuple(hexId(), fc.uint8Array({ minLength: 1, maxLength: 2_000 }))
    .map(([id, bytes]) => ({ ...photoOf(jpegAround(bytes)), id }))
  return fc
    .uniqueArray(photo, { minLength: 1, maxLength: 3, selector: ({ id }) => id })
    .map((photos) => ({ params: {}, body: { bytes: frameOf(photos) } }))
}

const jpegAround = (bytes: Uint8Array) =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), bytes, Buffer.from([0xff, 0xd9])])

function pulled({ own }: FuzzGround, route: FuzzedRoute): fc.Arbitrary<ValidRequest> {
  const checkpoint = fc.constantFrom({ checkpoint: null }, { checkpoint: own.checkpoint }, {})
  return fc
    .tuple(fc.constantFrom(...collectionNames), bodyOf(route), checkpoint)
    .map(([collection, body, at]) => jsonRequest({ ...body, schemaVersion: 0, ...at }, { collection }))
}

function reconciled({ own }: FuzzGround, route: FuzzedRoute): fc.Arbitrary<ValidRequest> {
  const known = { id: own.visitorId, hash: '0'.repeat(64) }
  return fc.tuple(fc.constantFrom(...collectionNames), bodyOf(route)).map(([collection, body]) => {
    const rows = [...(body['rows'] as object[]), known]
    return jsonRequest({ ...body, schemaVersion: 0, rows }, { collection })
  })
}

function pushed(ground: FuzzGround): fc.Arbitrary<ValidRequest> {
  return fc.constantFrom(...kioskCollections).chain((definition) =>
    fc
      .record({
        sentAt: fc.oneof(fc.constant(ground.now), fc.double({ noNaN: true, noDefaultInfinity: true })),
        rows: fc.array(rowOf(definition, ground), { minLength: 1, maxLength: 4 }),
      })
      .map((body) =>
        jsonRequest({ ...body, schemaVersion: definition.version }, { collection: definition.name }),
      ),
  )
}

/** A document of the desk's own society, as a kiosk would write it. */
function rowOf(definition: KioskCollectionDefinition, { own }: FuzzGround): fc.Arbitrary<object> {
  const { serverOwned, withheld, onlyWhere } = definition.kiosk
  return fc.tuple(sampleDocument(definition), fc.boolean()).map(([sample, isAssumed]) => {
    const document = { ...sample, societyId: own.societyId, _deleted: false }
    for (const name of [...serverOwned, ...withheld]) Reflect.deleteProperty(document, name)
    if (onlyWhere) Reflect.set(document, onlyWhere.field, onlyWhere.in[0])
    return { newDocumentState: document, ...(isAssumed ? { assumedMasterState: document } : {}) }
  })
}
