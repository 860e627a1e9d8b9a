/** A push: every row is answered for itself, and a bad row never blocks its neighbours (trap 5). */
import { createHash } from 'node:crypto'
import { canonicalJson } from '@chowki/shared/domain/canonical-json.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { PushRequest, PushResult, PushRow, WireError } from '@chowki/shared/protocol/messages.ts'
import { DuplicateIds, RowsRefused } from '../../storage/storage.ts'
import type {
  QuarantineRow,
  RowRefusal,
  StoredDocument,
  StoreTransaction,
  StoreWrite,
  SyncStorage,
} from '../../storage/storage.ts'
import { acceptsVersion } from '../replicated-collection.ts'
import type { ReplicatedCollection } from '../replicated-collection.ts'
import { decideRow, judgeRow } from './pushed-row.ts'
import type { AcceptedRow } from './pushed-row.ts'

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
  const { collection, partition, storage } = context
  if (!acceptsVersion(collection, request.schemaVersion)) {
    return err(chowkiError('schema_unsupported', { field: 'schemaVersion' }))
  }
  const rows = request.rows.map((row) => asArriving(collection, row))
  const judged = rows.map((row) => judgeRow(collection, partition, request.schemaVersion, row))
  const accepted: AcceptedRow[] = []
  for (const judgement of judged) if (judgement.ok) accepted.push(judgement.value)
  const applied = accepted.length > 0 ? await applyRows(context, request.sentAt, accepted) : []

  let next = 0
  const results = judged.map((judgement): PushResult =>
    judgement.ok ? (applied[next++] ?? unanswered()) : { status: 'quarantined', error: judgement.error },
  )
  const refused = results.flatMap((result, index) => toQuarantineRow(context, rows[index], result))
  if (refused.length > 0) await storage.quarantine(...refused)
  return ok(results)
}

/**
 * Rows without an assumed state are new as far as the replica knows, so they are inserted without being looked up.
 * Only if one exists after all (a retry whose reply was lost) is everything read, and decided again. An id that then
 * still exists, though this partition has no such row, is another partition's: that row is set aside like any bad one.
 */
type Look = 'assumedOnly' | 'all'

/** Accepted rows into the store, in one transaction of their partition. Never fails for a row's sake. */
async function applyRows(
  context: PushContext,
  sentAt: number,
  rows: readonly AcceptedRow[],
): Promise<PushResult[]> {
  const refused = new Map<string, WireError>()
  let look: Look = hasRepeatedIds(rows) ? 'all' : 'assumedOnly'
  for (;;) {
    try {
      return await context.storage.transact(
        context.partition,
        (transaction) => attempt({ ...context, sentAt, look, refused }, transaction, rows),
        { kind: 'replica', id: context.source },
      )
    } catch (error) {
      if (error instanceof DuplicateIds && look === 'assumedOnly') {
        look = 'all'
        continue
      }
      const news = refusalsIn(error).filter(([id]) => !refused.has(id))
      if (news.length === 0) throw error
      for (const [id, refusal] of news) refused.set(id, refusal)
    }
  }
}

interface Attempt extends PushContext {
  readonly sentAt: number
  readonly look: Look
  /** What the store has refused in the attempts before. */
  readonly refused: ReadonlyMap<string, WireError>
}

async function attempt(
  { collection, now, sentAt, source, look, refused }: Attempt,
  transaction: StoreTransaction,
  rows: readonly AcceptedRow[],
): Promise<PushResult[]> {
  const ids = (look === 'assumedOnly' ? rows.filter((row) => row.assumed) : rows).map((row) => row.id)
  const stored =
    ids.length > 0 ? await transaction.read(collection.name, ids) : new Map<string, StoredDocument>()
  const writes = new Map<string, StoreWrite>()

  const results = rows.map((row): PushResult => {
    const refusal = refused.get(row.id)
    if (refusal) return { status: 'quarantined', error: refusal }
    // Two rows of one document in one batch: the second is judged by what the first left.
    const current = writes.get(row.id) ?? stored.get(row.id)
    const decided = decideRow(collection, row, current)
    switch (decided.decision) {
      case 'unchanged':
        return { status: 'unchanged' }
      case 'conflict':
        return { status: 'conflict', document: decided.document }
      case 'hidden':
        return { status: 'quarantined', error: unusableId() }
      case 'store': {
        const previous = current?.document
        const stamped = collection.stamp?.(decided.document, { now, sentAt, source, previous })
        writes.set(row.id, { id: row.id, deleted: decided.deleted, document: stamped ?? decided.document })
        return { status: 'stored' }
      }
    }
  })

  const [replaces, inserts] = splitBy([...writes.values()], (write) => stored.has(write.id))
  transaction.insert(collection.name, inserts)
  transaction.replace(collection.name, replaces)
  return results
}

/** Says neither that the id exists nor where: only that it cannot be used. */
const unusableId = (): WireError =>
  chowkiError('invalid_document', { field: 'newDocumentState/_id', message: 'This id cannot be used.' })

function refusalsIn(error: unknown): [string, WireError][] {
  if (error instanceof RowsRefused)
    return error.refusals.map((refusal) => [refusal.id, refusedByStore(refusal)])
  if (error instanceof DuplicateIds) return error.ids.map((id) => [id, unusableId()])
  return []
}

function refusedByStore({ rule, field }: RowRefusal): WireError {
  const message =
    rule === 'unique' ? 'Another document has this value already.' : 'Does not fit its collection.'
  return chowkiError('invalid_document', {
    field: field === undefined ? 'newDocumentState' : `newDocumentState/${field}`,
    message,
  })
}

const hasRepeatedIds = (rows: readonly AcceptedRow[]) => new Set(rows.map((row) => row.id)).size < rows.length

function splitBy<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const [yes, no]: [T[], T[]] = [[], []]
  for (const item of items) (test(item) ? yes : no).push(item)
  return [yes, no]
}

function asArriving({ arriving }: ReplicatedCollection, row: PushRow): PushRow {
  if (!arriving) return row
  const { newDocumentState, assumedMasterState } = row
  return {
    newDocumentState: arriving(newDocumentState),
    ...(assumedMasterState ? { assumedMasterState: arriving(assumedMasterState) } : {}),
  }
}

function toQuarantineRow(
  { collection, partition, source, now }: PushContext,
  row: PushRow | undefined,
  result: PushResult,
): QuarantineRow[] {
  const document = row?.newDocumentState
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
