/** Creating, changing and removing one record. */
import { maskAadhaarIn } from '@chowki/shared/domain/aadhaar.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import type { RecordRow, RecordsTransaction } from '../records/records-transaction.ts'
import { misfitOf, newRecordId, patched, staleOf, toNewRecord } from './changing.ts'
import type { Sent } from './changing.ts'
import { etagOf } from './etag.ts'
import { onceKeyOf, writeOnce } from './once.ts'
import type { OnceParts } from './once.ts'
import { refuse, ResourceRefused } from './problems.ts'
import type { Problem } from '../http/problem.ts'
import { listAddress, listParams, notFound, placeOf, recordAddress, recordParams } from './read-routes.ts'
import type { RouteParts } from './read-routes.ts'
import { show } from './reading.ts'
import type { ResourcePlace } from './reading.ts'

export type WriteParts = RouteParts & OnceParts

type ListRoute = { Params: { societyId: string; collection: string }; Body: unknown }
type RecordRoute = { Params: { societyId: string; collection: string; id: string }; Body: unknown }

/** The largest records hold hundreds of comments. */
const bodyLimit = 1024 * 1024

export function writeRoutes(scope: FastifyInstance, parts: WriteParts): void {
  createRoute(scope, parts)
  patchRoute(scope, parts)
  removeRoute(scope, parts)
}

function createRoute(scope: FastifyInstance, parts: WriteParts): void {
  scope.post<ListRoute>(
    listAddress,
    { bodyLimit, schema: { hide: true, params: listParams } },
    async (request, reply) => {
      const place = await placeOf(parts, request, 'create')
      if (!place) return notFound(reply)
      const key = onceKeyOf(place, request)
      const sent = fitting(place.resource.newSchema, request.body)
      const { outcome, lastSeq } = await writeOnce(parts, place, key, async (transaction) => {
        const at = parts.now()
        const made = { id: typeof sent['_id'] === 'string' ? sent['_id'] : newRecordId(at), at }
        transaction.insert(place.resource.name, toNewRecord(place, sent, made))
        return made
      })
      const record = maskAadhaarIn(toNewRecord(place, sent, outcome)) as unknown as RecordRow['record']
      const row: RecordRow = { record, seq: lastSeq }
      reply
        .code(201)
        .header('etag', etagOf(row))
        .header('location', `${request.url.split('?')[0]}/${outcome.id}`)
      return { data: show(place.resource, row) }
    },
  )
}

function patchRoute(scope: FastifyInstance, parts: WriteParts): void {
  scope.patch<RecordRoute>(
    recordAddress,
    { bodyLimit, schema: { hide: true, params: recordParams } },
    async (request, reply) => {
      const place = await placeOf(parts, request, 'patch')
      if (!place) return notFound(reply)
      const { id } = request.params
      const version = { id, etag: ifMatchOf(request) }
      const patch = fitting(place.resource.patchSchema, request.body)
      const isThere = await parts.records.write(place.caller, place.societyId, async (transaction) => {
        const row = await current(transaction, place, version)
        if (row) transaction.replace(place.resource.name, patched(row, patch, parts.now()))
        return row !== undefined
      })
      if (!isThere) return notFound(reply)
      const etag = await newestEtag(parts, place, id)
      return reply.code(204).header('etag', etag).send()
    },
  )
}

function removeRoute(scope: FastifyInstance, parts: WriteParts): void {
  scope.delete<RecordRoute>(
    recordAddress,
    { schema: { hide: true, params: recordParams } },
    async (request, reply) => {
      const place = await placeOf(parts, request, 'remove')
      if (!place) return notFound(reply)
      const version = { id: request.params.id, etag: ifMatchOf(request) }
      const isThere = await parts.records.write(place.caller, place.societyId, async (transaction) => {
        const row = await current(transaction, place, version)
        if (row) transaction.remove(place.resource.name, patched(row, {}, parts.now()))
        return row !== undefined
      })
      return isThere ? reply.code(204).send() : notFound(reply)
    },
  )
}

/** Throws where it does not fit. */
function fitting(schema: TSchema, body: unknown): Sent {
  const misfit = misfitOf(schema, body)
  if (misfit) throw new ResourceRefused(misfit)
  return body as Sent
}

/** Undefined where there is none; throws where it is another version. */
async function current(
  transaction: RecordsTransaction,
  place: ResourcePlace,
  version: { id: string; etag: string },
) {
  const row = (await transaction.readRows(place.resource.name, [version.id])).get(version.id)
  const stale: Problem | null = row ? staleOf(row, version) : null
  if (stale) throw new ResourceRefused(stale)
  return row
}

/** One version: `*` would be to say none. */
function ifMatchOf({ headers }: FastifyRequest): string {
  const sent = headers['if-match']
  if (typeof sent === 'string' && /^"[0-9a-z.]{1,40}"$/.test(sent)) return sent
  throw refuse('precondition_required', { field: 'if-match' })
}

/** Of what is there now; a transaction does not know the number that it is given. */
async function newestEtag(
  { records }: WriteParts,
  { societyId, resource }: ResourcePlace,
  id: string,
): Promise<string> {
  const [row] = await records.page(societyId, resource.name, {
    conditions: [{ field: '_id', operator: 'in', values: [id] }],
    sort: { field: '_id', direction: 1 },
    limit: 1,
    only: ['updatedAt'],
  })
  return row ? etagOf(row) : ''
}
