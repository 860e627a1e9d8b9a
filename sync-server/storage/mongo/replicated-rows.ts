/** One replicated collection in MongoDB: its documents with `_seq` and `_deleted` beside their fields. */
import { ReadConcern } from 'mongodb'
import type {
  ClientInsertOneModel,
  ClientReplaceOneModel,
  ClientSession,
  Db,
  Document,
  Filter,
  ObjectId,
} from 'mongodb'
import type { FieldValues, FindOptions, ScopeFilter, StoredDocument } from '../storage.ts'
import type { NumberedWrite } from '../transactions.ts'
import { createDocumentCodec } from './document-codec.ts'
import type { DocumentCodec } from './document-codec.ts'
import type { ReplicatedLayout } from './layout.ts'

export const readTimeMs = 20_000
/** One moment for the whole page, also where a partition lies on several shards. */
const snapshotRead = { readConcern: new ReadConcern('snapshot'), maxTimeMS: readTimeMs }

/** One row of a write to several collections. */
export interface RowWrite {
  readonly id: string
  readonly collection: string
  /** What names its partition, as it lies in MongoDB. */
  readonly owner: Document
  /** As it is to lie there, its `_id` included. */
  readonly document: Document
  readonly model: ClientInsertOneModel<Document> | ClientReplaceOneModel<Document>
}

export type ReplicatedRows = ReturnType<typeof openReplicatedRows>

export function openReplicatedRows(db: Db, { name, partitionField, bsonPaths }: ReplicatedLayout) {
  const codec = createDocumentCodec(bsonPaths)
  const rows = db.collection(name)

  const owner = (partition: string) => codec.valueToBson(partitionField, partition)
  // The driver types every `_id` as an ObjectId; here it is whatever the codec makes of it.
  const toIds = (ids: readonly string[]) =>
    ids.map((id) => codec.valueToBson('_id', id)).filter((id) => id !== undefined) as ObjectId[]

  const place = (partition: string, { id }: NumberedWrite) => ({
    id,
    collection: name,
    owner: { [partitionField]: owner(partition) },
  })

  return {
    async find(partition: string, ids: readonly string[], session?: ClientSession) {
      const found = new Map<string, StoredDocument>()
      const wanted = toIds(ids)
      if (wanted.length === 0 || owner(partition) === undefined) return found
      const filter: Filter<Document> = { [partitionField]: owner(partition), _id: { $in: wanted } }
      const cursor = rows.find(filter, {
        ...(session ? { session } : { maxTimeMS: readTimeMs }),
        batchSize: wanted.length + 1,
        promoteBuffers: true,
      })
      for (const row of await cursor.toArray()) {
        const stored = toStored(codec, row)
        found.set(stored.id, stored)
      }
      return found
    },

    async changesAfter(partition: string, after: number, limit: number, scope?: ScopeFilter) {
      const filter = inScope(codec, partitionField, owner(partition), scope)
      if (!filter) return []
      const options = { ...snapshotRead, sort: { _seq: 1 }, limit, batchSize: limit + 1 } as const
      const page = await rows.find({ ...filter, _seq: { $gt: after } }, options).toArray()
      return page.map((row) => toStored(codec, row))
    },

    async findWhere(partition: string, where: FieldValues, options: FindOptions = {}) {
      if (owner(partition) === undefined) return []
      const { sort, limit = 0, without = [] } = options
      const filter: Filter<Document> = {
        [partitionField]: owner(partition),
        _deleted: { $ne: true },
        ...toFilter(codec, where),
      }
      const cursor = rows.find(filter, {
        maxTimeMS: readTimeMs,
        limit,
        promoteBuffers: true,
        ...(sort ? { sort: { [sort.field]: sort.direction } } : {}),
        ...(without.length > 0 ? { projection: Object.fromEntries(without.map((name) => [name, 0])) } : {}),
      })
      return (await cursor.toArray()).map((row) => toStored(codec, row))
    },

    async locate(id: string): Promise<StoredDocument | null> {
      const [_id] = toIds([id])
      const row = _id === undefined ? null : await rows.findOne({ _id }, { maxTimeMS: readTimeMs })
      return row && toStored(codec, row)
    },

    async countLive(partition: string, scope?: ScopeFilter) {
      const filter = inScope(codec, partitionField, owner(partition), scope)
      return filter ? rows.countDocuments({ ...filter, _deleted: false }, { maxTimeMS: readTimeMs }) : 0
    },

    insert: (partition: string, writes: readonly NumberedWrite[]) =>
      writes.map((write): RowWrite => {
        const document = toRow(codec, write)
        return {
          ...place(partition, write),
          document,
          model: { namespace: rows.namespace, name: 'insertOne', document },
        }
      }),

    replace: (partition: string, writes: readonly NumberedWrite[]) =>
      writes.map((write): RowWrite => {
        const document = toRow(codec, write)
        const { _id, ...replacement } = document
        const filter = { _id, [partitionField]: owner(partition) }
        const model = { namespace: rows.namespace, name: 'replaceOne', filter, replacement } as const
        return { ...place(partition, write), document, model }
      }),
  }
}

const toRow = (codec: DocumentCodec, write: NumberedWrite): Document => {
  const row = codec.toBson(write.document)
  row._seq = write.seq
  row._deleted = write.deleted
  return row
}

const toStored = (codec: DocumentCodec, row: Document): StoredDocument => {
  const document = codec.toWire(row)
  return { id: document._id, seq: Number(row._seq), deleted: row._deleted === true, document }
}

function toFilter(codec: DocumentCodec, where: FieldValues): Filter<Document> {
  const toBson = (field: string, value: unknown) =>
    typeof value === 'string' ? codec.valueToBson(field, value) : value
  const conditions = Object.entries(where).map(([field, value]) => [
    field,
    // A text that is no id of this store matches nothing, where undefined would match all.
    { $in: [value].flat().flatMap((one) => toBson(field, one) ?? []) },
  ])
  return Object.fromEntries(conditions) as Filter<Document>
}

/** Undefined where no document can match: a partition that is no id of this store. */
function inScope(
  codec: DocumentCodec,
  partitionField: string,
  owner: unknown,
  scope: ScopeFilter | undefined,
): Filter<Document> | undefined {
  if (owner === undefined) return undefined
  if (!scope) return { [partitionField]: owner }
  return {
    [partitionField]: owner,
    [scope.field]: { $in: scope.in.map((v) => codec.valueToBson(scope.field, v)) },
  }
}
