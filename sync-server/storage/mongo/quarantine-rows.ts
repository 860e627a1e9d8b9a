/** Refused rows as MongoDB keeps them, in whichever collection and under whichever name of a partition. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '@chowki/shared/domain/canonical-json.ts'
import type { AnyBulkWriteOperation, Collection, Db } from 'mongodb'
import type { QuarantineRow } from '../storage.ts'
import { createDocumentCodec } from './document-codec.ts'
import type { DocumentCodec } from './document-codec.ts'
import type { ReplicatedLayout } from './layout.ts'
import { duplicatesIn } from './mongo-errors.ts'

export interface QuarantineOptions extends ReplicatedLayout {
  /** What is stored in place of `document`, made of its JSON text in UTF-8. Without it: the text. */
  readonly seal?: (json: Buffer, place: { partition: string; id: string }) => Record<string, unknown>
  /** Of each source, as many of the newest are kept. Default: `rowsPerSource`. */
  readonly rowsMax?: number
  /** The oldest rows of a source made room for newer ones. */
  readonly onDropped?: (partition: string, source: string, count: number) => void
}

/** Where refused rows lie, if the application does not say otherwise. */
export const plainQuarantine: QuarantineOptions = {
  name: 'quarantine',
  partitionField: 'partition',
  bsonPaths: ['createdAt', 'updatedAt'].map((field) => ({ path: [field], bson: 'date' })),
}

/**
 * A week of a busy gate, refused as a whole. Beyond it a source is broken or hostile, and pushes out only what came
 * from itself; a replica keeps its own copy of each refused row in any case.
 */
export const rowsPerSource = 10_000

/** A refused row that is refused here too would block its neighbours for ever (trap 5): so what is too long is cut. */
const bounds = { documentBytes: 256 * 1024, message: 400, field: 256, source: 128 } as const
const dropAtOnce = 5_000

type Rows = Collection<{ _id: string }>
type Upsert = AnyBulkWriteOperation<{ _id: string }>

/** The same row sent again stays one. */
export const quarantineRowId = (
  row: Pick<QuarantineRow, 'partition' | 'collection' | 'documentId' | 'hash'>,
) =>
  createHash('sha256')
    .update(JSON.stringify([row.partition, row.collection, row.documentId, row.hash]))
    .digest('hex')

export function openQuarantine(db: Db, options: QuarantineOptions) {
  const { partitionField, rowsMax = rowsPerSource, onDropped } = options
  const rows: Rows = db.collection(options.name)
  const codec = createDocumentCodec(options.bsonPaths)

  async function dropOldest(partition: string, source: string): Promise<void> {
    const ofSource = codec.toBson({ [partitionField]: partition, source })
    const oldest = await rows
      .find(ofSource, { projection: { _id: 1 } })
      .sort({ createdAt: -1 })
      .skip(rowsMax)
      .limit(dropAtOnce)
      .toArray()
    if (oldest.length === 0) return
    const ids = oldest.map(({ _id }) => _id)
    const { deletedCount } = await rows.deleteMany({ ...ofSource, _id: { $in: ids } })
    if (deletedCount > 0) onDropped?.(partition, source, deletedCount)
  }

  /** Whether some are new. */
  async function upsert(upserts: readonly Upsert[]): Promise<boolean> {
    try {
      return (await rows.bulkWrite(upserts, { ordered: false })).upsertedCount > 0
    } catch (error) {
      // The same row came twice at once, and the other was faster. MongoDB itself looks again only where a filter is the
      // unique key and no more.
      const overtaken = duplicatesIn(error)
      if (overtaken === null) throw error
      await rows.bulkWrite(
        upserts.filter((_, index) => overtaken.has(index)),
        { ordered: false },
      )
      return true
    }
  }

  return {
    async keep(refused: readonly QuarantineRow[]): Promise<void> {
      if (refused.length === 0) return
      const areNew = await upsert(refused.map((row) => toUpsert(row, options, codec)))
      if (!areNew) return
      const sources = new Map(refused.map((row) => [JSON.stringify([row.partition, row.source]), row]))
      for (const { partition, source } of sources.values()) {
        await dropOldest(partition, source.slice(0, bounds.source))
      }
    },
  }
}

function toUpsert(
  row: QuarantineRow,
  { partitionField, seal }: QuarantineOptions,
  codec: DocumentCodec,
): Upsert {
  const { partition, collection, documentId, hash } = row
  const { code, field, message } = row.error
  const id = quarantineRowId(row)
  const json = asJson(row.document)
  const kept = {
    collection,
    documentId,
    hash,
    ...(seal ? seal(json, { partition, id }) : { document: json.toString() }),
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
      filter: { ...codec.toBson({ [partitionField]: partition }), _id: id },
      update: {
        $setOnInsert: codec.toBson(kept),
        $set: codec.toBson({ updatedAt: row.at }),
        $inc: { times: 1 },
      },
      upsert: true,
    },
  }
}

/** JSON text: a hostile document may be deeper than BSON and recursion allow, or have a query's keys. */
function asJson(document: unknown): Buffer {
  const json = Buffer.from(canonicalJson(document ?? null))
  return json.length <= bounds.documentBytes ? json : cut(json, bounds.documentBytes)
}

/** Before a letter: half a one would become another. */
function cut(text: Buffer, bytes: number): Buffer {
  let end = bytes
  while (end > 0 && ((text[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return text.subarray(0, end)
}
