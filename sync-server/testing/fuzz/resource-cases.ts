/** Requests to the resources that an admin could send, of any collection. */
import type { CollectionDefinition } from '@chowki/shared/collections/define-collection.ts'
import { collections } from '@chowki/shared/collections/registry.ts'
import type { CollectionName } from '@chowki/shared/collections/registry.ts'
import { sampleDocument } from '@chowki/shared/test-data/sample-document.ts'
import fc from 'fast-check'
import { mayDo } from '../../api/access.ts'
import type { Action } from '../../api/access.ts'
import { operatorsOf } from '../../api/list-query.ts'
import { resourceOf } from '../../api/resource.ts'
import type { FuzzGround } from './fuzz-target.ts'
import type { RouteCase, ValidRequest } from './route-cases.ts'

const address = '/api/v1/societies/:societyId/:collection'
const names = (action: Action) =>
  (Object.keys(collections) as CollectionName[]).filter((name) => mayDo({ kind: 'admin' }, action, name))
const hex = () => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 24, maxLength: 24 })
const version = { 'if-match': '"1.abc"' }
const key = () => hex().map((text) => ({ 'idempotency-key': text }))

const admin = (valid: RouteCase['valid'], ...statuses: number[]): RouteCase => ({
  credentials: 'admin',
  valid,
  statuses,
})

const record = (name: CollectionName): fc.Arbitrary<Record<string, unknown>> =>
  sampleDocument(collections[name] as CollectionDefinition).map((sample) => {
    const { _id, ...settable } = resourceOf(name).newSchema.properties
    return Object.fromEntries(Object.entries(sample).filter(([field]) => Object.hasOwn(settable, field)))
  })

const of =
  (
    action: Action,
    request: (name: CollectionName, ground: FuzzGround) => fc.Arbitrary<Partial<ValidRequest>>,
  ) =>
  (ground: FuzzGround): fc.Arbitrary<ValidRequest> =>
    fc.constantFrom(...names(action)).chain((collection) =>
      fc.tuple(request(collection, ground), hex()).map(([rest, id]) => ({
        ...rest,
        params: { societyId: ground.own.societyId, collection, id, ...rest.params },
      })),
    )

/** An index and a value for its first field, now and then; what is drawn need not be there. */
function listed(name: CollectionName): fc.Arbitrary<Partial<ValidRequest>> {
  const { indexes, fields, required } = resourceOf(name)
  const filters = indexes.flatMap((index) => {
    const [first = ''] = index.fields
    const operators = operatorsOf(fields.get(first) ?? {}, required.has(first))
    return operators.includes('eq') ? [first] : []
  })
  const plain = fc.integer({ min: 1, max: 200 }).map((limit) => ({ query: `limit=${limit}` }))
  if (filters.length === 0) return plain
  const filtered = fc
    .tuple(fc.constantFrom(...filters), sampleDocument(collections[name] as CollectionDefinition))
    .map(([field, sample]) => {
      const value = [sample[field]].flat()[0]
      return value === undefined ? {} : { query: `filter[${field}][eq]=${encodeURIComponent(String(value))}` }
    })
  return fc.oneof(plain, filtered)
}

const one = (name: CollectionName, { own }: FuzzGround) =>
  fc.constant(name === 'visitors' ? { params: { id: own.visitorId } } : {})

/** A flat in the version that it was made in: gone or changed once it was drawn before. */
const spare = ({ spareFlats }: FuzzGround) =>
  fc.constantFrom(...spareFlats).map(({ _id, etag }) => ({
    params: { collection: 'flats', id: _id },
    headers: { 'if-match': etag },
  }))

export const resourceCases: Readonly<Record<string, RouteCase>> = {
  [`GET ${address}`]: admin(of('list', listed), 200),
  [`GET ${address}/:id`]: admin(of('get', one), 200, 404),
  [`POST ${address}`]: admin(
    of('create', (name) =>
      fc.tuple(record(name), key()).map(([json, headers]) => ({ body: { json }, headers })),
    ),
    // A key is drawn twice at times.
    ...[201, 409, 422],
  ),
  [`POST ${address}/bulk`]: admin(
    of('create', (name) =>
      fc
        .tuple(fc.array(record(name), { minLength: 1, maxLength: 4 }), key())
        .map(([rows, headers]) => ({ body: { json: { rows } }, headers })),
    ),
    ...[200, 422],
  ),
  [`PATCH ${address}/bulk`]: admin(
    of('patch', (name) =>
      fc.tuple(record(name), hex()).map(([patch, _id]) => ({
        body: { json: { rows: [{ _id, ifMatch: version['if-match'], patch }] } },
      })),
    ),
    200,
  ),
  [`PATCH ${address}/:id`]: admin(
    of('patch', (name, ground) =>
      fc.oneof(
        record(name).map((json) => ({ body: { json }, headers: version })),
        spare(ground).map((rest) => ({ ...rest, body: { json: { floor: 1 } } })),
      ),
    ),
    ...[204, 404, 412],
  ),
  [`DELETE ${address}/:id`]: admin(
    of('remove', (_name, ground) => fc.oneof(fc.constant({ headers: version }), spare(ground))),
    ...[204, 404, 412],
  ),
}
