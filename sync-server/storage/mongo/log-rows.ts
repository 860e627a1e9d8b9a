/** A partition's log in MongoDB: each entry a document of its own, with its place in the chain beside its fields. */
import { ObjectId } from 'mongodb'
import type { ClientInsertOneModel, Db, Document } from 'mongodb'
import type { LogEntry } from '../log.ts'
import { createDocumentCodec } from './document-codec.ts'
import type { ReplicatedLayout } from './layout.ts'
import { readTimeMs } from './replicated-rows.ts'

export type LogRows = ReturnType<typeof openLogRows>

export function openLogRows(db: Db, { name, partitionField, bsonPaths }: ReplicatedLayout) {
  const codec = createDocumentCodec(bsonPaths)
  const rows = db.collection(name)
  const owner = (partition: string) => codec.valueToBson(partitionField, partition)

  const toRow = (partition: string, { fields, position, previousHash, hash }: LogEntry): Document => ({
    _id: ObjectId.createFromHexString(hash.slice(0, 24)),
    ...codec.toBson({ [partitionField]: partition, ...fields }),
    position,
    previousHash,
    hash,
  })

  function toEntry(row: Document): LogEntry {
    const { _id, position, previousHash, hash, [partitionField]: _partition, ...fields } = codec.toWire(row)
    return { position: Number(position), previousHash: String(previousHash), hash: String(hash), fields }
  }

  return {
    append: (partition: string, entries: readonly LogEntry[]) =>
      entries.map((entry): ClientInsertOneModel<Document> => ({
        namespace: rows.namespace,
        name: 'insertOne',
        document: toRow(partition, entry),
      })),

    async after(partition: string, position: number, limit: number): Promise<LogEntry[]> {
      if (owner(partition) === undefined) return []
      const page = await rows
        .find({ [partitionField]: owner(partition), position: { $gt: position } }, { maxTimeMS: readTimeMs })
        .sort({ position: 1 })
        .limit(limit)
        .toArray()
      return page.map(toEntry)
    },
  }
}
