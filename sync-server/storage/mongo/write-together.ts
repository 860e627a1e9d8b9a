/**
 * What a transaction writes to several collections, as one command (MongoDB 8): with one for each collection, most of
 * the time that a visit takes in the store was the way between them.
 */
import type {
  ClientBulkWriteModel,
  ClientInsertOneModel,
  ClientSession,
  ClientUpdateOneModel,
  Db,
  Document,
} from 'mongodb'
import { causeOfBulk, failureIn } from './mongo-errors.ts'
import { refusedRows } from './refused-rows.ts'
import type { RowWrite } from './replicated-rows.ts'
import type { SyncHead } from './sync-heads.ts'

/** The partition's head is not where it was thought to be: nothing was written. */
export class HeadMoved extends Error {
  override name = 'HeadMoved'
}

export interface Writes {
  readonly head: ClientUpdateOneModel<SyncHead>
  readonly rows: readonly RowWrite[]
  readonly log: readonly ClientInsertOneModel<Document>[]
}

/**
 * Rejects with `HeadMoved`, `DuplicateIds`, `RowsRefused` or the driver's errors. `headIsGone`: somebody removed it, as in
 * a restore.
 */
export async function writeTogether(
  db: Db,
  session: ClientSession,
  { head, rows, log }: Writes,
): Promise<{ headIsGone: boolean }> {
  const models = [head, ...rows.map(({ model }) => model), ...log]
  const { matchedCount, upsertedCount } = await db.client
    .bulkWrite(models as ClientBulkWriteModel[], { session })
    .catch(async (error: unknown) => {
      throw await toStorageError(error, db, rows)
    })
  const replaced = rows.filter(({ model }) => model.name === 'replaceOne').length
  if (matchedCount + upsertedCount !== 1 + replaced) {
    throw new Error('replace of a document that this partition does not hold')
  }
  return { headIsGone: upsertedCount > 0 }
}

async function toStorageError(error: unknown, db: Db, rows: readonly RowWrite[]): Promise<unknown> {
  const failure = failureIn(error)
  if (failure?.operation === 0) return new HeadMoved('another server has moved the head')
  const first = failure && rows[failure.operation - 1]
  return first ? refusedRows(db, rows, first, failure) : causeOfBulk(error)
}
