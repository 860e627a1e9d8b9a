/** Accepted rows into the store, in one transaction of their partition. */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { PushResult, WireError } from '@chowki/shared/protocol/messages.ts'
import { DuplicateIds, RowRefused } from '../../storage/storage.ts'
import type { StoredDocument, StoreTransaction, StoreWrite, SyncStorage } from '../../storage/storage.ts'
import type { ReplicatedCollection, StampContext } from '../replicated-collection.ts'
import { decideRow } from './decide-row.ts'
import type { AcceptedRow } from './judge-row.ts'

export interface ApplyContext {
  readonly storage: SyncStorage
  readonly collection: ReplicatedCollection
  readonly partition: string
  readonly stamp: Omit<StampContext, 'previous'>
}

/**
 * Rows without an assumed state are new as far as the replica knows, so they are inserted without being looked up.
 * Only if one exists after all (a retry whose reply was lost) is everything read, and decided again. An id that then
 * still exists, though this partition has no such row, is another partition's: that row is set aside like any bad one.
 */
type Look = 'assumedOnly' | 'all'

/** One result for each row, in order. Never fails for a row's sake. */
export async function applyRows(context: ApplyContext, rows: readonly AcceptedRow[]): Promise<PushResult[]> {
  const refused = new Map<string, WireError>()
  let look: Look = hasRepeatedIds(rows) ? 'all' : 'assumedOnly'
  for (;;) {
    try {
      return await context.storage.transact(
        context.partition,
        (transaction) => attempt(context, transaction, rows, look, refused),
        { kind: 'replica', id: context.stamp.source },
      )
    } catch (error) {
      if (error instanceof DuplicateIds && look === 'assumedOnly') {
        look = 'all'
        continue
      }
      const refusal = refusalOf(error)
      if (!refusal || refused.has(refusal.id)) throw error
      refused.set(refusal.id, refusal.error)
    }
  }
}

async function attempt(
  context: ApplyContext,
  transaction: StoreTransaction,
  rows: readonly AcceptedRow[],
  look: Look,
  refused: ReadonlyMap<string, WireError>,
): Promise<PushResult[]> {
  const { collection } = context
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
        const stamped = collection.stamp?.(decided.document, {
          ...context.stamp,
          previous: current?.document,
        })
        writes.set(row.id, { id: row.id, deleted: decided.deleted, document: stamped ?? decided.document })
        return { status: 'stored' }
      }
    }
  })

  const [replaces, inserts] = partitionBy([...writes.values()], (write) => stored.has(write.id))
  transaction.insert(collection.name, inserts)
  transaction.replace(collection.name, replaces)
  return results
}

/** Says neither that the id exists nor where: only that it cannot be used. */
const unusableId = (): WireError =>
  chowkiError('invalid_document', { field: 'newDocumentState/_id', message: 'This id cannot be used.' })

function refusalOf(error: unknown): { id: string; error: WireError } | undefined {
  if (error instanceof RowRefused) return { id: error.id, error: refusedByStore(error) }
  if (error instanceof DuplicateIds) return { id: error.id, error: unusableId() }
  return undefined
}

function refusedByStore({ rule, field }: RowRefused): WireError {
  const message =
    rule === 'unique' ? 'Another document has this value already.' : 'Does not fit its collection.'
  return chowkiError('invalid_document', {
    field: field === undefined ? 'newDocumentState' : `newDocumentState/${field}`,
    message,
  })
}

const hasRepeatedIds = (rows: readonly AcceptedRow[]) => new Set(rows.map((row) => row.id)).size < rows.length

function partitionBy<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const [yes, no]: [T[], T[]] = [[], []]
  for (const item of items) (test(item) ? yes : no).push(item)
  return [yes, no]
}
