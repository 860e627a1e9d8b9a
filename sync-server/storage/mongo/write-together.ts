/**
 * What a transaction writes to several collections, as one command (MongoDB 8): with one for each collection, most of
 * the time that a visit takes in the store was the way between them.
 */
import type {
  ClientBulkWriteModel,
  ClientInsertOneModel,
  ClientReplaceOneModel,
  ClientSession,
  ClientUpdateOneModel,
  Document,
  MongoClient,
} from 'mongodb'
import { DuplicateIds, RowRefused } from '../storage.ts'
import { causeOfBulk, failureIn } from './mongo-errors.ts'
import type { SyncHead } from './sync-heads.ts'

/** The partition's head is not where it was thought to be: nothing was written. */
export class HeadMoved extends Error {
  override name = 'HeadMoved'
}

export interface RowWrite {
  readonly id: string
  readonly model: ClientInsertOneModel<Document> | ClientReplaceOneModel<Document>
}

export interface Writes {
  readonly head: ClientUpdateOneModel<SyncHead>
  readonly rows: readonly RowWrite[]
  readonly log: readonly ClientInsertOneModel<Document>[]
}

/**
 * Rejects with `HeadMoved`, `DuplicateIds`, `RowRefused` or the driver's errors. `headIsGone`: somebody removed it, as in
 * a restore.
 */
export async function writeTogether(
  client: MongoClient,
  session: ClientSession,
  { head, rows, log }: Writes,
): Promise<{ headIsGone: boolean }> {
  const models = [head, ...rows.map(({ model }) => model), ...log]
  const { matchedCount, upsertedCount } = await client
    .bulkWrite(models as ClientBulkWriteModel[], { session })
    .catch((error: unknown) => {
      throw toStorageError(error, rows)
    })
  const replaced = rows.filter(({ model }) => model.name === 'replaceOne').length
  if (matchedCount + upsertedCount !== 1 + replaced) {
    throw new Error('replace of a document that this partition does not hold')
  }
  return { headIsGone: upsertedCount > 0 }
}

function toStorageError(error: unknown, rows: readonly RowWrite[]): unknown {
  const failure = failureIn(error)
  if (failure?.index === 0) return new HeadMoved('another server has moved the head')
  const id = failure && rows[failure.index - 1]?.id
  if (!failure || id === undefined) return causeOfBulk(error)
  return failure.rule === 'id' ? new DuplicateIds(id) : new RowRefused(id, failure.rule, failure.field)
}
