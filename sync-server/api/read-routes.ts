import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { sendError } from '../http/answers.ts'
import type { Caller } from '../records/caller.ts'
import { isCollectionName, mayDo } from './access.ts'
import type { Action } from './access.ts'
import { readListQuery, readNames } from './list-query.ts'
import { refuse } from './problems.ts'
import type { ResourcePlace, ResourceReads } from './reading.ts'
import { resourceOf } from './resource.ts'
import type { Societies } from './societies.ts'

export interface RouteParts {
  readonly societies: Societies
  readonly callerOf: (requestId: string) => Caller
}

const id = () => Type.String({ pattern: '^[0-9a-f]{24}$', maxLength: 24 })
const collection = () => Type.String({ pattern: '^[A-Za-z]+$', maxLength: 64 })
export const listParams = Type.Object({ societyId: id(), collection: collection() })
export const recordParams = Type.Object({ societyId: id(), collection: collection(), id: id() })

export const listAddress = '/api/v1/societies/:societyId/:collection'
export const recordAddress = `${listAddress}/:id`

/** Null where there is no such society or collection, or the caller may not do it. */
export async function placeOf(
  { societies, callerOf }: RouteParts,
  request: FastifyRequest<{ Params: { societyId: string; collection: string } }>,
  action: Action,
): Promise<ResourcePlace | null> {
  const { societyId, collection: name } = request.params
  const caller = callerOf(request.id)
  if (!isCollectionName(name) || !mayDo(caller, action, name)) return null
  return (await societies(societyId)) ? { caller, societyId, resource: resourceOf(name) } : null
}

export const notFound = (reply: FastifyReply): FastifyReply => sendError(reply, chowkiError('not_found'))

export function readRoutes(
  scope: FastifyInstance,
  parts: RouteParts & { readonly reading: ResourceReads },
): void {
  scope.get<{ Params: { societyId: string; collection: string }; Querystring: Record<string, unknown> }>(
    listAddress,
    { schema: { hide: true, params: listParams } },
    async (request, reply) => {
      const place = await placeOf(parts, request, 'list')
      if (!place) return notFound(reply)
      return parts.reading.list(place, readListQuery(place.resource, request.query))
    },
  )
  scope.get<{
    Params: { societyId: string; collection: string; id: string }
    Querystring: Record<string, unknown>
  }>(recordAddress, { schema: { hide: true, params: recordParams } }, async (request, reply) => {
    const place = await placeOf(parts, request, 'get')
    if (!place) return notFound(reply)
    const found = await parts.reading.get(place, request.params.id, readRecordQuery(place, request.query))
    if (!found) return notFound(reply)
    const { shown, etag, included } = found
    reply.header('etag', etag)
    return { data: shown, ...(included ? { included } : {}) }
  })
}

function readRecordQuery({ resource }: ResourcePlace, query: Readonly<Record<string, unknown>>) {
  const { fields, include, ...others } = query
  const isText = (value: unknown) => value === undefined || typeof value === 'string'
  if (Object.keys(others).length > 0 || !isText(fields) || !isText(include)) {
    const detail = 'A record takes `fields` and `include`, once each.'
    throw refuse('query_invalid', { field: 'query', detail, allowed: ['fields', 'include'] })
  }
  const asked = fields as string | undefined
  return {
    include: readNames(include as string | undefined, 'include', (name) => resource.references.has(name)),
    ...(asked === undefined
      ? {}
      : { fields: readNames(asked, 'fields', (name) => resource.fields.has(name)) }),
  }
}
