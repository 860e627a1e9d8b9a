/**
 * Pages by the indexes that are there: none ends with the id, so MongoDB gives rows of one value in no order that could
 * be gone on from. Where a page would end among such rows, they are asked for once more, by id.
 */
import type { Db, Document, Filter } from 'mongodb'
import { comparePlaces } from '../pages.ts'
import type { Condition, PageQuery } from '../pages.ts'
import type { StoredDocument } from '../storage.ts'
import { createDocumentCodec } from './document-codec.ts'
import type { DocumentCodec } from './document-codec.ts'
import type { ReplicatedLayout } from './layout.ts'
import { readTimeMs } from './replicated-rows.ts'

type ReadPage = (partition: string, query: PageQuery) => Promise<StoredDocument[]>

export function openPages(db: Db, layouts: readonly ReplicatedLayout[]): (collection: string) => ReadPage {
  const pagesByName = new Map(layouts.map((layout) => [layout.name, openPagesOf(db, layout)]))
  return (collection) => {
    const found = pagesByName.get(collection)
    if (!found) throw new Error(`no such collection: ${collection}`)
    return found
  }
}

function openPagesOf(db: Db, { name, partitionField, bsonPaths }: ReplicatedLayout): ReadPage {
  const codec = createDocumentCodec(bsonPaths)
  const rows = db.collection(name)

  async function read(
    filter: Filter<Document>,
    sort: Record<string, 1 | -1>,
    query: PageQuery,
    limit: number,
  ) {
    const cursor = rows.find(filter, {
      sort,
      limit,
      maxTimeMS: readTimeMs,
      batchSize: limit + 1,
      promoteBuffers: true,
      ...(query.only ? { projection: projectionOf(query) } : {}),
    })
    return (await cursor.toArray()).map((row) => toStored(codec, row))
  }

  return async (partition, query) => {
    const owner = codec.valueToBson(partitionField, partition)
    if (owner === undefined) return []
    const { sort, limit } = query
    const asked = [...query.conditions.map(toFilter(codec)), ...beginAfter(codec, query)]
    const filterWith = (...more: readonly Filter<Document>[]): Filter<Document> => ({
      [partitionField]: owner,
      _deleted: { $ne: true },
      ...(asked.length + more.length > 0 ? { $and: [...asked, ...more] } : {}),
    })
    const found = await read(filterWith(), { [sort.field]: sort.direction }, query, limit + 1)
    const cut = cutValue(found, query)
    if (cut === undefined) return asAsked(found.toSorted(comparePlaces(sort)).slice(0, limit), query)
    const whole = found.filter(({ document }) => document[sort.field] !== cut)
    const equal = { [sort.field]: toBson(codec, sort.field, cut) }
    const tied = await read(filterWith(equal), { _id: 1 }, query, limit - whole.length)
    return asAsked([...whole.toSorted(comparePlaces(sort)), ...tied], query)
  }
}

/** The value of which some rows would be on this page and some on the next. */
function cutValue(found: readonly StoredDocument[], { sort, limit }: PageQuery): unknown {
  const [last, next] = [found[limit - 1], found[limit]]
  const value = last?.document[sort.field]
  return next && next.document[sort.field] === value ? value : undefined
}

/** The first is redundant; by it MongoDB begins in its index where the page does. */
function beginAfter(
  codec: DocumentCodec,
  { sort: { field, direction }, after }: PageQuery,
): Filter<Document>[] {
  if (!after) return []
  const value = toBson(codec, field, after.value)
  const [onwards, beyond] = direction === 1 ? ['$gte', '$gt'] : ['$lte', '$lt']
  const id = toBson(codec, '_id', after.id)
  return [
    { [field]: { [onwards as string]: value } },
    { $or: [{ [field]: { [beyond as string]: value } }, { [field]: value, _id: { $gt: id } }] },
  ] as Filter<Document>[]
}

const toFilter =
  (codec: DocumentCodec) =>
  (condition: Condition): Filter<Document> => {
    const { field, operator } = condition
    if (operator === 'exists') return { [field]: { $exists: condition.value } }
    if (operator === 'in') {
      const values = condition.values.map((value) => toBson(codec, field, value))
      // A text that is no id of this store matches nothing, where undefined would match all.
      return { [field]: { $in: values.filter((value) => value !== undefined) } }
    }
    return { [field]: { [`$${operator}`]: toBson(codec, field, condition.value) } }
  }

/** In the type that the field is stored in: a number is a time where the layout says so. */
function toBson(codec: DocumentCodec, field: string, value: unknown): unknown {
  return typeof value === 'string' ? codec.valueToBson(field, value) : codec.toBson({ [field]: value })[field]
}

/** What a page needs of a row beside what was asked for. */
const projectionOf = ({ only = [], sort }: PageQuery) =>
  Object.fromEntries([...only, sort.field, '_seq', '_deleted'].map((name) => [name, 1]))

function asAsked(page: StoredDocument[], { only, sort }: PageQuery): StoredDocument[] {
  if (!only || only.includes(sort.field) || sort.field === '_id') return page
  return page.map((stored) => {
    const { [sort.field]: _order, ...document } = stored.document
    return { ...stored, document: { ...document, _id: stored.id } }
  })
}

const toStored = (codec: DocumentCodec, row: Document): StoredDocument => {
  const document = codec.toWire(row)
  return { id: document._id, seq: Number(row['_seq'] ?? 0), deleted: row['_deleted'] === true, document }
}
