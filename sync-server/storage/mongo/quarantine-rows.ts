import { createHash } from 'node:crypto'
import { canonicalJson } from '@chowki/shared/domain/canonical-json.ts'
import type { AnyBulkWriteOperation, Db } from 'mongodb'
import type { QuarantineRow } from '../storage.ts'

/** A refused row as MongoDB keeps it, in `quarantine`. */
export interface StoredQuarantineRow {
  /** Hash of partition, collection, documentId and hash: the same row sent again stays one. */
  readonly _id: string
  readonly partition: string
  readonly collection: string
  readonly documentId: string
  readonly hash: string
  /** As JSON text: a hostile document may be deeper than BSON and recursion allow, or have a query's keys. */
  readonly document: string
  readonly error: QuarantineRow['error']
  readonly source: string
  readonly at: Date
  readonly lastAt: Date
  readonly times: number
}

export const quarantineRowId = (
  row: Pick<QuarantineRow, 'partition' | 'collection' | 'documentId' | 'hash'>,
) =>
  createHash('sha256')
    .update(JSON.stringify([row.partition, row.collection, row.documentId, row.hash]))
    .digest('hex')

export const quarantineName = 'quarantine'

export function openQuarantine(db: Db) {
  const rows = db.collection<StoredQuarantineRow>(quarantineName)
  return {
    async keep(refused: readonly QuarantineRow[]): Promise<void> {
      if (refused.length > 0) await rows.bulkWrite(refused.map(toUpsert), { ordered: false })
    },
  }
}

function toUpsert(row: QuarantineRow): AnyBulkWriteOperation<StoredQuarantineRow> {
  return {
    updateOne: {
      filter: { _id: quarantineRowId(row) },
      update: {
        $setOnInsert: {
          partition: row.partition,
          collection: row.collection,
          documentId: row.documentId,
          hash: row.hash,
          document: canonicalJson(row.document ?? null),
          error: row.error,
          source: row.source,
          at: new Date(row.at),
        },
        $set: { lastAt: new Date(row.at) },
        $inc: { times: 1 },
      },
      upsert: true,
    },
  }
}
