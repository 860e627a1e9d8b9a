/** Refused rows as MongoDB keeps them, in whichever collection and under whichever name of a partition. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '@chowki/shared/domain/canonical-json.ts'
import type { AnyBulkWriteOperation, Db } from 'mongodb'
import type { QuarantineRow } from '../storage.ts'
import { createDocumentCodec } from './document-codec.ts'
import type { DocumentCodec } from './document-codec.ts'
import type { ReplicatedLayout } from './layout.ts'

/** A refused row that is refused here too would block its neighbours for ever (trap 5): so what is too long is cut. */
const bounds = { documentBytes: 8 * 1024 * 1024, message: 400, field: 256, source: 128 } as const

/** Where refused rows lie, if the application does not say otherwise. */
export const plainQuarantine: ReplicatedLayout = {
  name: 'quarantine',
  partitionField: 'partition',
  bsonPaths: ['createdAt', 'updatedAt'].map((field) => ({ path: [field], bson: 'date' })),
}

/** The same row sent again stays one. */
export const quarantineRowId = (
  row: Pick<QuarantineRow, 'partition' | 'collection' | 'documentId' | 'hash'>,
) =>
  createHash('sha256')
    .update(JSON.stringify([row.partition, row.collection, row.documentId, row.hash]))
    .digest('hex')

export function openQuarantine(db: Db, { name, partitionField, bsonPaths }: ReplicatedLayout) {
  const rows = db.collection<{ _id: string }>(name)
  const codec = createDocumentCodec(bsonPaths)
  return {
    async keep(refused: readonly QuarantineRow[]): Promise<void> {
      if (refused.length === 0) return
      await rows.bulkWrite(
        refused.map((row) => toUpsert(row, partitionField, codec)),
        { ordered: false },
      )
    },
  }
}

function toUpsert(
  row: QuarantineRow,
  partitionField: string,
  codec: DocumentCodec,
): AnyBulkWriteOperation<{ _id: string }> {
  const { code, field, message } = row.error
  const kept = {
    collection: row.collection,
    documentId: row.documentId,
    hash: row.hash,
    document: asText(row.document),
    error: {
      code,
      message: message.slice(0, bounds.message),
      ...(field === undefined ? {} : { field: field.slice(0, bounds.field) }),
    },
    source: row.source.slice(0, bounds.source),
    createdAt: row.at,
  }
  return {
    updateOne: {
      filter: { ...codec.toBson({ [partitionField]: row.partition }), _id: quarantineRowId(row) },
      update: {
        $setOnInsert: codec.toBson(kept),
        $set: codec.toBson({ updatedAt: row.at }),
        $inc: { times: 1 },
      },
      upsert: true,
    },
  }
}

/** As JSON text: a hostile document may be deeper than BSON and recursion allow, or have a query's keys. */
function asText(document: unknown): string {
  const text = Buffer.from(canonicalJson(document ?? null))
  return text.length <= bounds.documentBytes ? text.toString() : cut(text)
}

/** At the end of a letter: half a one would become another. */
function cut(text: Buffer): string {
  let end: number = bounds.documentBytes
  while (end > 0 && ((text[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return text.toString('utf8', 0, end)
}
