/** What may be done with a collection, as operations of OpenAPI. */
import { errorDescriptions } from '@chowki/shared/errors/codes.ts'
import type { ErrorCode } from '@chowki/shared/errors/codes.ts'
import { rowsMax } from './bulk-routes.ts'
import { filterLines, limitDefault, limitMax, operatorsOf, valuesMax } from './list-query.ts'
import type { Operator } from './list-query.ts'
import { resourceProblems } from './problems.ts'
import type { ResourceProblemCode } from './problems.ts'
import type { ResourceField, Resource } from './resource.ts'

type Json = Record<string, unknown>

/** JSON Schema of the wire, without our own keywords, and without what the schema library keeps for itself. */
export function plain(schema: unknown): object {
  const own = new Set(['bson', 'personal', 'secret'])
  // A field may have such a name; only a keyword has such a value.
  const isOwn = (key: string, value: unknown) => own.has(key) && (value === true || typeof value === 'string')
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (isOwn(key, value) ? undefined : value)),
  ) as object
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const content = (schema: object) => ({ 'application/json': { schema } })
const object = (properties: Json, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
})
const listOf = (items: object) => ({ type: 'array', items })
export const inPath = (name: string, description: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string', pattern: '^[0-9a-f]{24}$' },
})
const inHeader = (name: string, description: string, pattern: string) => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string', pattern },
})
const inQuery = (name: string, description: string, schema: object) => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
})

export const society = inPath('societyId', 'The society that everything is of.')
const idempotencyKey = inHeader(
  'Idempotency-Key',
  'The caller’s own. The same request with the same key within a day is answered the same, and carried out once.',
  '^[A-Za-z0-9_-]{8,128}$',
)
const ifMatch = inHeader(
  'If-Match',
  'The version that is changed: the `ETag` of the record.',
  '^"[0-9a-z.]{1,40}"$',
)
const etag = { ETag: { description: 'The version of the record.', schema: { type: 'string' } } }

function operation(title: string, verb: string, summary: string, rest: Json): Json {
  return { operationId: `${verb}${title}`, summary, tags: [title], security: [{ adminKey: [] }], ...rest }
}

type Code = ErrorCode | ResourceProblemCode

/** Statuses with the codes that they stand for. */
function refusals(...codes: readonly Code[]): Json {
  const table: Readonly<Record<string, { status: number; cause?: string; title?: string }>> = {
    ...errorDescriptions,
    ...resourceProblems,
  }
  const all: readonly Code[] = [
    'invalid_request',
    'unauthenticated',
    'not_found',
    'server_unavailable',
    ...codes,
  ]
  const byStatus = Map.groupBy(all, (code) => table[code]?.status ?? 500)
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => {
      const causes = of.map((code) => `\`${code}\`: ${table[code]?.cause ?? table[code]?.title ?? ''}`)
      const description = causes.join(' ')
      return [status, { description, content: { 'application/problem+json': { schema: ref('Problem') } } }]
    }),
  )
}

const included = { type: 'object', additionalProperties: { type: 'array', items: { type: 'object' } } }

function shaping({ references }: Resource) {
  const names = [...references.keys()]
  return [
    inQuery('fields', 'Names with commas between; without it all fields.', { type: 'string' }),
    ...(names.length > 0
      ? [
          inQuery('include', `What these refer to: ${names.join(', ')}. With commas between.`, {
            type: 'string',
          }),
        ]
      : []),
  ]
}

export function list(resource: Resource, title: string): Json {
  const lines = filterLines(resource).map((line) => `\`${line}\``)
  return operation(title, 'list', `List ${resource.name}`, {
    description:
      `Filters and orders are those that an index serves, from its left: ${lines.join('; ')}. ` +
      'The field behind those that are bound by `eq` or `in` may have a range, and gives the order.',
    parameters: [
      inQuery('limit', 'Records in a page.', {
        type: 'integer',
        minimum: 1,
        maximum: limitMax,
        default: limitDefault,
      }),
      inQuery('cursor', '`next` of the page before, with the same filter and sort.', { type: 'string' }),
      inQuery('sort', 'A field; with `-` before it downwards.', { type: 'string' }),
      ...shaping(resource),
      ...filtersOf(resource),
    ],
    responses: {
      200: {
        description: 'A page. `etags` are the versions of `data`, in its order; `next` is null at the end.',
        content: content(
          object(
            {
              data: listOf(ref(title)),
              etags: listOf({ type: 'string' }),
              next: { type: ['string', 'null'] },
              included,
            },
            ['data', 'etags', 'next'],
          ),
        ),
      },
      ...refusals('query_invalid', 'filter_refused', 'cursor_invalid'),
    },
  })
}

function filtersOf(resource: Resource) {
  const names = [...new Set(resource.indexes.flatMap(({ fields }) => fields))]
  return names.flatMap((name) => {
    const field = resource.fields.get(name)
    if (!field) return []
    return operatorsOf(field, resource.required.has(name)).map((operator) =>
      inQuery(`filter[${name}][${operator}]`, describeOperator(operator), valueSchema(field, operator)),
    )
  })
}

const describeOperator = (operator: Operator) =>
  operator === 'in' ? `One of these; commas between, ${valuesMax} at most.` : operator

function valueSchema(field: ResourceField, operator: Operator): object {
  if (operator === 'exists') return { type: 'boolean' }
  if (operator === 'in') return { type: 'string' }
  return plain(field.items ?? field)
}

export function get(resource: Resource, title: string): Json {
  return operation(title, 'get', `One of the ${resource.name}`, {
    parameters: shaping(resource),
    responses: {
      200: {
        description: 'The record.',
        headers: etag,
        content: content(object({ data: ref(title), included }, ['data'])),
      },
      ...refusals('query_invalid'),
    },
  })
}

export function create(title: string): Json {
  return operation(title, 'create', 'Create a record', {
    parameters: [idempotencyKey],
    requestBody: { required: true, content: content(ref(`New${title}`)) },
    responses: {
      201: {
        description: 'The record, with what the server gave it.',
        headers: { ...etag, Location: { description: 'Its address.', schema: { type: 'string' } } },
        content: content(object({ data: ref(title) })),
      },
      ...refusals(
        ...(['idempotency_key_missing', 'idempotency_key_reused', 'record_invalid', 'id_taken'] as const),
        ...(['value_taken', 'payload_too_large', 'media_type_unsupported'] as const),
      ),
    },
  })
}

export function patch(title: string): Json {
  const schema = { schema: ref(`${title}Patch`) }
  return operation(title, 'patch', 'Change a record, by a merge patch (RFC 7396)', {
    parameters: [ifMatch],
    requestBody: {
      required: true,
      content: { 'application/merge-patch+json': schema, 'application/json': schema },
    },
    responses: {
      204: { description: 'It is changed.', headers: etag },
      ...refusals(
        ...(['precondition_required', 'precondition_failed', 'record_invalid', 'value_taken'] as const),
        ...(['payload_too_large', 'media_type_unsupported'] as const),
      ),
    },
  })
}

export function remove(title: string): Json {
  return operation(title, 'remove', 'Remove a record; kiosks that hold it remove it too', {
    parameters: [ifMatch],
    responses: {
      204: { description: 'It is removed.' },
      ...refusals('precondition_required', 'precondition_failed'),
    },
  })
}

const rowsOf = (items: object) =>
  content(object({ rows: { ...listOf(items), minItems: 1, maxItems: rowsMax } }))
const results = {
  description: 'An answer for each row, in their order.',
  content: content(
    object({
      results: listOf({
        oneOf: [
          object({ status: { type: 'integer' }, _id: { type: 'string' }, etag: { type: 'string' } }),
          object({ status: { type: 'integer' }, problem: ref('Problem') }),
        ],
      }),
    }),
  ),
}

export function bulkCreate(title: string): Json {
  return operation(title, 'createMany', `Create up to ${rowsMax} records`, {
    parameters: [idempotencyKey],
    requestBody: { required: true, content: rowsOf(ref(`New${title}`)) },
    responses: {
      200: results,
      ...refusals('idempotency_key_missing', 'idempotency_key_reused', 'value_taken', 'payload_too_large'),
    },
  })
}

export function bulkPatch(title: string): Json {
  const row = object({ _id: { type: 'string' }, ifMatch: { type: 'string' }, patch: ref(`${title}Patch`) })
  return operation(title, 'patchMany', `Change up to ${rowsMax} records, each in its version`, {
    requestBody: { required: true, content: rowsOf(row) },
    responses: { 200: results, ...refusals('value_taken', 'payload_too_large') },
  })
}
