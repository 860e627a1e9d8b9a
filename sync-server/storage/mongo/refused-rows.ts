/**
 * Which rows of a write the store refuses, all that break the rule that the first one broke: MongoDB ends a transaction at
 * the first, and a transaction for each of five hundred bad rows would hold up their partition. What a look from outside
 * the transaction cannot see is refused by a later try, by itself.
 */
import { BSON } from 'mongodb'
import type { Collection, Db, Document, Filter } from 'mongodb'
import { DuplicateIds, RowsRefused } from '../storage.ts'
import type { WriteFailure } from './mongo-errors.ts'
import { readTimeMs } from './replicated-rows.ts'
import type { RowWrite } from './replicated-rows.ts'

interface Suspects {
  readonly collection: Collection
  /** As they were to be stored. */
  readonly documents: readonly Document[]
  /** What names their partition. */
  readonly owner: Document
}

/** `first`: the row at which the write ended. */
export async function refusedRows(
  db: Db,
  rows: readonly RowWrite[],
  first: RowWrite,
  { rule, index, field }: WriteFailure,
): Promise<DuplicateIds | RowsRefused> {
  const others = rows.filter(({ collection }) => collection === first.collection)
  const suspects: Suspects = {
    collection: db.collection(first.collection),
    documents: others.map(({ document }) => document),
    owner: first.owner,
  }
  const found = new Set((await findRefused[rule](db, suspects, index)).map(String))
  const ids = others.filter((row) => row === first || found.has(String(row.document._id))).map(({ id }) => id)
  return rule === 'id' ? new DuplicateIds(ids) : new RowsRefused(ids.map((id) => ({ id, rule, field })))
}

/** Each gives the `_id`s. */
const findRefused: Readonly<
  Record<WriteFailure['rule'], (db: Db, suspects: Suspects, index: string) => Promise<unknown[]>>
> = {
  id: (_, { collection, documents, owner }) => idsElsewhere(collection, documents, owner),
  async validator(db, { collection, documents }) {
    const { validator } = await collection.options()
    return idsOf(db, documents, { $nor: [validator ?? {}] })
  },
  unique: (db, suspects, index) => withTakenValues(db, suspects, index),
}

/** Those that this partition has are for the caller to read: it may have made them itself, in a push without an answer. */
async function idsElsewhere(collection: Collection, documents: readonly Document[], owner: Document) {
  const elsewhere = Object.fromEntries(Object.entries(owner).map(([field, value]) => [field, { $ne: value }]))
  const filter: Filter<Document> = { _id: { $in: documents.map(({ _id }) => _id) }, ...elsewhere }
  const taken = await collection.find(filter, { projection: { _id: 1 }, maxTimeMS: readTimeMs }).toArray()
  return taken.map(({ _id }) => _id)
}

/** A value belongs to the row that has it in the store, or else to the first that brings it. */
async function withTakenValues(
  db: Db,
  { collection, documents, owner }: Suspects,
  indexName: string,
): Promise<unknown[]> {
  const index = (await collection.indexes()).find(({ name }) => name === indexName)
  if (!index) return []
  const only: Document = index.partialFilterExpression ?? {}
  const keyOf = keyReader(Object.keys(index.key))
  const inIndex = new Set((await idsOf(db, documents, only)).map(String))
  const bringing = documents.filter(({ _id }) => inIndex.has(String(_id)))
  const filter: Filter<Document> = {
    ...owner,
    _id: { $nin: documents.map(({ _id }) => _id) },
    $and: [only, { $or: bringing.map(keyOf) }],
  }
  const holders =
    bringing.length > 0 ? await collection.find(filter, { maxTimeMS: readTimeMs }).toArray() : []
  const taken = new Set(holders.map((holder) => textOf(keyOf(holder))))
  return bringing.flatMap((document) => {
    const key = textOf(keyOf(document))
    if (taken.has(key)) return [document._id]
    taken.add(key)
    return []
  })
}

/** An absent value is as good as null to an index. */
const keyReader = (paths: readonly string[]) => (document: Document) =>
  Object.fromEntries(
    paths.map((path) => [
      path,
      path.split('.').reduce<unknown>((value, name) => (value as Document | undefined)?.[name], document) ??
        null,
    ]),
  )

const textOf = (key: Document) => BSON.EJSON.stringify(key)

/** Of documents that are in no collection. */
async function idsOf(db: Db, documents: readonly Document[], match: Document): Promise<unknown[]> {
  const stages = [{ $documents: { $literal: documents } }, { $match: match }, { $project: { _id: 1 } }]
  return (await db.aggregate(stages, { maxTimeMS: readTimeMs }).toArray()).map(({ _id }) => _id)
}
