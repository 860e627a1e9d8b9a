/** How records are made, changed and removed: whole transactions on one record, and what bulk does with each of many. */
import { randomBytes } from 'node:crypto'
import { checkAgainst } from '@chowki/shared/projections/validate.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import type { TSchema } from 'typebox'
import type { Problem } from '../http/problem.ts'
import type { RecordRow } from '../records/records-transaction.ts'
import { etagOf } from './etag.ts'
import { mergePatch } from './merge-patch.ts'
import { resourceProblem } from './problems.ts'
import type { ResourcePlace } from './reading.ts'

export type Sent = Readonly<Record<string, unknown>>

/** An ObjectId as MongoDB makes them: the time first, so that new ids lie together in its index. */
export function newRecordId(at: number): string {
  return (
    Math.floor(at / 1000)
      .toString(16)
      .padStart(8, '0') + randomBytes(8).toString('hex')
  )
}

/** Of a body that fits `newSchema`. */
export function toNewRecord(
  { societyId }: ResourcePlace,
  sent: Sent,
  made: { id: string; at: number },
): WireDocument {
  return { ...sent, _id: made.id, societyId, createdAt: made.at, updatedAt: made.at }
}

/** Null where it fits. */
export function misfitOf(schema: TSchema, sent: unknown): Problem | null {
  const judged = checkAgainst(schema, sent)
  if (judged.ok) return null
  const { field, message } = judged.error
  return resourceProblem('record_invalid', {
    field: field || 'body',
    detail: `${field || 'body'} ${message}.`,
  })
}

/** One version of one record, as `If-Match` has it. */
export interface Version {
  readonly id: string
  readonly etag: string
}

/** Null where it is the version that is there. */
export function staleOf(row: RecordRow, { etag }: Version): Problem | null {
  return etagOf(row) === etag ? null : resourceProblem('precondition_failed', { field: 'if-match' })
}

export function patched({ record }: RecordRow, patch: Sent, at: number): WireDocument {
  return { ...(mergePatch(record, patch) as WireDocument), updatedAt: at }
}
