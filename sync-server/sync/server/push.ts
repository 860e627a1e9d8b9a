/** A push: every row is answered for itself, and a bad row never blocks its neighbours (trap 5). */
import { createHash } from 'node:crypto'
import { canonicalJson } from '@chowki/shared/domain/canonical-json.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { PushRequest, PushResult } from '@chowki/shared/protocol/messages.ts'
import type { QuarantineRow, SyncStorage } from '../../storage/storage.ts'
import { acceptsVersion } from '../replicated-collection.ts'
import type { ReplicatedCollection } from '../replicated-collection.ts'
import { applyRows } from './apply-rows.ts'
import { judgeRow } from './judge-row.ts'
import type { AcceptedRow } from './judge-row.ts'

export interface PushContext {
  readonly storage: SyncStorage
  readonly collection: ReplicatedCollection
  readonly partition: string
  readonly source: string
  readonly now: number
}

/** One result for each row, in order. When it resolves, everything in it is durable, quarantined rows included. */
export async function push(
  context: PushContext,
  request: PushRequest,
): Promise<Result<PushResult[], ChowkiError>> {
  const { collection, partition, source, now, storage } = context
  if (!acceptsVersion(collection, request.schemaVersion)) {
    return err(chowkiError('schema_unsupported', { field: 'schemaVersion' }))
  }
  const judged = request.rows.map((row) => judgeRow(collection, partition, request.schemaVersion, row))
  const accepted: AcceptedRow[] = []
  for (const judgement of judged) if (judgement.ok) accepted.push(judgement.value)
  const stamp = { now, sentAt: request.sentAt, source }
  const applied =
    accepted.length > 0 ? await applyRows({ storage, collection, partition, stamp }, accepted) : []

  let next = 0
  const results = judged.map((judgement): PushResult =>
    judgement.ok ? (applied[next++] ?? unanswered()) : { status: 'quarantined', error: judgement.error },
  )
  const refused = results.flatMap((result, index) => toQuarantineRow(context, request, result, index))
  if (refused.length > 0) await storage.quarantine(...refused)
  return ok(results)
}

function toQuarantineRow(
  { collection, partition, source, now }: PushContext,
  request: PushRequest,
  result: PushResult,
  index: number,
): QuarantineRow[] {
  const document = request.rows[index]?.newDocumentState
  if (result.status !== 'quarantined' || !document) return []
  const { code, field, message } = result.error
  const id: unknown = document._id
  return [
    {
      partition,
      collection: collection.name,
      documentId: typeof id === 'string' ? id.slice(0, 64) : '',
      hash: createHash('sha256').update(canonicalJson(document)).digest('hex'),
      document,
      error: { code, message, ...(field === undefined ? {} : { field }) },
      source,
      at: now,
    },
  ]
}

function unanswered(): never {
  throw new Error('a row was left without an answer')
}
