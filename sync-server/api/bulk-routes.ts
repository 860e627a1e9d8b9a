/**
 * Many records in one request and one transaction, with an answer for each: a row that is refused does not stop the
 * others. Where the store refuses a row that was judged sound, the rest is written without it.
 */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { Problem } from '../http/problem.ts'
import { RecordIdTaken, RecordRefused } from '../records/record-errors.ts'
import { toProblem } from '../http/problem.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { RecordRow } from '../records/records-transaction.ts'
import { misfitOf, newRecordId, patched, staleOf, toNewRecord } from './changing.ts'
import type { Sent, Version } from './changing.ts'
import { etagOf } from './etag.ts'
import { onceKeyOf, writeOnce } from './once.ts'
import { resourceProblem, ResourceRefused } from './problems.ts'
import { problemOf } from './record-problems.ts'
import { listAddress, listParams, notFound, placeOf } from './read-routes.ts'
import type { ResourcePlace } from './reading.ts'
import { takenValues } from './taken-values.ts'
import type { WriteParts } from './write-routes.ts'

export const rowsMax = 1_000
const bodyLimit = 8 * 1024 * 1024
/** A round for each rule of the store that rows break; more, where others write the same meanwhile. */
const setAsideMax = 50

export const bulkAddress = `${listAddress}/bulk`

export type RowAnswer =
  | { readonly status: 201 | 200; readonly _id: string; readonly etag: string }
  | { readonly status: number; readonly problem: Problem }

const createBody = Type.Object(
  { rows: Type.Array(Type.Object({}), { minItems: 1, maxItems: rowsMax }) },
  { additionalProperties: false },
)
const patchBody = Type.Object(
  {
    rows: Type.Array(
      Type.Object(
        {
          _id: Type.String({ pattern: '^[0-9a-f]{24}$', maxLength: 24 }),
          ifMatch: Type.String({ pattern: '^"[0-9a-z.]{1,40}"$', maxLength: 42 }),
          patch: Type.Object({}),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: rowsMax },
    ),
  },
  { additionalProperties: false },
)

type BulkRoute<Row> = { Params: { societyId: string; collection: string }; Body: { rows: Row[] } }

export function bulkRoutes(scope: FastifyInstance, parts: WriteParts): void {
  scope.post<BulkRoute<Sent>>(
    bulkAddress,
    { bodyLimit, schema: { hide: true, params: listParams, body: createBody } },
    async (request, reply) => {
      const place = await placeOf(parts, request, 'create')
      if (!place) return notFound(reply)
      const key = onceKeyOf(place, request)
      return { results: await createAll(parts, place, key, request.body.rows) }
    },
  )
  scope.patch<BulkRoute<PatchRow>>(
    bulkAddress,
    { bodyLimit, schema: { hide: true, params: listParams, body: patchBody } },
    async (request, reply) => {
      const place = await placeOf(parts, request, 'patch')
      if (!place) return notFound(reply)
      return { results: await patchAll(parts, place, request.body.rows) }
    },
  )
}

/** What is kept of the answer to each row: its id, or why it was refused. */
interface Kept {
  readonly at: number
  readonly rows: readonly (string | Problem)[]
}

async function createAll(
  parts: WriteParts,
  place: ResourcePlace,
  key: ReturnType<typeof onceKeyOf>,
  rows: readonly Sent[],
): Promise<RowAnswer[]> {
  const { resource, societyId } = place
  const at = parts.now()
  const ids = rows.map(({ _id }) => (typeof _id === 'string' ? _id : newRecordId(at)))
  const refused = new Map<number, Problem>()
  rows.forEach((row, index) => {
    const twice = ids.indexOf(ids[index] ?? '') < index ? resourceProblem('id_taken', { field: '_id' }) : null
    const problem = misfitOf(resource.newSchema, row) ?? twice
    if (problem) refused.set(index, problem)
  })
  const sound = rows.map((row, index) => (refused.has(index) ? null : row))
  for (const [index, problem] of await takenValues(parts.records, societyId, resource, sound)) {
    refused.set(index, problem)
  }
  const { outcome, lastSeq } = await settingAside(refused, ids, () =>
    writeOnce(parts, place, key, async (transaction): Promise<Kept> => {
      const records = rows.flatMap((row, index) =>
        refused.has(index) ? [] : [toNewRecord(place, row, { id: ids[index] ?? '', at })],
      )
      transaction.insert(resource.name, ...records)
      return { at, rows: ids.map((id, index) => refused.get(index) ?? id) }
    }),
  )
  const written = outcome.rows.filter((row) => typeof row === 'string')
  const seqOf = new Map(written.map((id, index) => [id, lastSeq - (written.length - 1 - index)]))
  return outcome.rows.map((row) =>
    typeof row === 'string'
      ? { status: 201, _id: row, etag: etagOf(toVersion(seqOf.get(row) ?? 0, outcome.at)) }
      : { status: row.status, problem: row },
  )
}

const toVersion = (seq: number, updatedAt: number): RecordRow =>
  ({ seq, record: { updatedAt } }) as unknown as RecordRow

interface PatchRow {
  readonly _id: string
  readonly ifMatch: string
  readonly patch: Sent
}

async function patchAll(
  parts: WriteParts,
  place: ResourcePlace,
  rows: readonly PatchRow[],
): Promise<RowAnswer[]> {
  const { resource, societyId, caller } = place
  const ids = rows.map(({ _id }) => _id)
  const refused = new Map<number, Problem>()
  rows.forEach(({ patch }, index) => {
    const twice = ids.indexOf(ids[index] ?? '') < index
    const problem = twice
      ? resourceProblem('id_taken', { field: '_id', detail: 'The record is named twice in one request.' })
      : misfitOf(resource.patchSchema, patch)
    if (problem) refused.set(index, problem)
  })
  const found = await settingAside(refused, ids, () =>
    parts.records.write(caller, societyId, async (transaction) => {
      const current = await transaction.readRows(resource.name, ids)
      const answers = new Map<number, Problem>()
      rows.forEach(({ _id, ifMatch, patch }, index) => {
        if (refused.has(index)) return
        const row = current.get(_id)
        const version: Version = { id: _id, etag: ifMatch }
        const problem = row ? staleOf(row, version) : toProblem(chowkiError('not_found'))
        if (problem) answers.set(index, problem)
        else if (row) transaction.replace(resource.name, patched(row, patch, parts.now()))
      })
      return answers
    }),
  )
  const newest = await newestRows(parts, place, ids)
  return ids.map((_id, index) => {
    const problem = refused.get(index) ?? found.get(index)
    if (problem) return { status: problem.status, problem }
    const row = newest.get(_id)
    return { status: 200, _id, etag: row ? etagOf(row) : '' }
  })
}

async function newestRows(
  { records }: WriteParts,
  { societyId, resource }: ResourcePlace,
  ids: readonly string[],
) {
  const rows = await records.page(societyId, resource.name, {
    conditions: [{ field: '_id', operator: 'in', values: [...new Set(ids)] }],
    sort: { field: '_id', direction: 1 },
    limit: ids.length,
    only: ['updatedAt'],
  })
  return new Map(rows.map((row) => [row.record._id, row]))
}

/** Runs `write` until the store refuses no row any more; those that it refuses are in `refused` then. */
async function settingAside<T>(
  refused: Map<number, Problem>,
  ids: readonly string[],
  write: () => Promise<T>,
): Promise<T> {
  for (let count = 0; ; count += 1) {
    try {
      return await write()
    } catch (error) {
      const found = refusalsIn(error).map(([id, problem]) => [ids.indexOf(id), problem] as const)
      const news = found.filter(([index]) => index >= 0 && !refused.has(index))
      const [first] = news
      if (!first) throw error
      if (count === setAsideMax) throw new ResourceRefused({ ...first[1], detail: tooMany })
      for (const [index, problem] of news) refused.set(index, problem)
    }
  }
}

const tooMany = 'Other requests use the same ids or values at this moment; nothing was written.'

/** Which rows a write was refused for; empty where it was for none. */
function refusalsIn(error: unknown): (readonly [string, Problem])[] {
  if (error instanceof RecordIdTaken) {
    return error.ids.map((id) => [id, resourceProblem('id_taken', { field: '_id' })])
  }
  if (!(error instanceof RecordRefused)) return []
  return [error, ...error.others].flatMap((one) => {
    const problem = problemOf(one)
    return problem ? [[one.id, problem] as const] : []
  })
}
