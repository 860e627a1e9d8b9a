/** What an admin checks a restored or suspected database by; society by society, as each lies on its own shard one day. */
import type { CollectionDefinition } from '@chowki/shared/collections/define-collection.ts'
import type { Db } from 'mongodb'
import { openTypedRows } from './typed-rows.ts'

export interface DocumentCount {
  readonly collection: string
  readonly live: number
  readonly deleted: number
}

/** Over these societies together. */
export const countDocuments = (
  db: Db,
  definitions: readonly CollectionDefinition[],
  societyIds: readonly string[],
): Promise<DocumentCount[]> =>
  Promise.all(definitions.map((definition) => countOf(db, definition, societyIds)))

async function countOf(
  db: Db,
  definition: CollectionDefinition,
  societyIds: readonly string[],
): Promise<DocumentCount> {
  const { rows, fields } = openTypedRows(db, definition)
  const count = { collection: definition.name, live: 0, deleted: 0 }
  for (const societyId of societyIds) {
    const groups = rows.aggregate<{ _id: boolean; count: number }>([
      { $match: fields({ societyId }) },
      { $group: { _id: { $eq: ['$_deleted', true] }, count: { $sum: 1 } } },
    ])
    for (const { _id: isDeleted, count: found } of await groups.toArray()) {
      count[isDeleted ? 'deleted' : 'live'] += found
    }
  }
  return count
}

/** Fields of documents that name others by their ids. */
export interface Reference {
  readonly from: CollectionDefinition
  readonly fields: readonly string[]
  /** The collection of the named ones. */
  readonly to: string
}

/** How many are named in these societies and have not arrived (yet). */
export async function countMissing(
  db: Db,
  { from, fields: naming, to }: Reference,
  societyIds: readonly string[],
): Promise<number> {
  const { rows, fields } = openTypedRows(db, from)
  const named = { $concatArrays: naming.map((field) => ({ $cond: [`$${field}`, [`$${field}`], []] })) }
  let missing = 0
  for (const societyId of societyIds) {
    const ofSociety = { $match: fields({ societyId }) }
    const lookup = { from: to, localField: 'named', foreignField: '_id', as: 'found' }
    const [result] = await rows
      .aggregate<{ count: number }>([
        ofSociety,
        { $project: { named } },
        { $unwind: '$named' },
        { $set: { named: { $toObjectId: '$named' } } },
        { $lookup: { ...lookup, pipeline: [ofSociety, { $project: { _id: 1 } }] } },
        { $match: { found: [] } },
        { $count: 'count' },
      ])
      .toArray()
    missing += result?.count ?? 0
  }
  return missing
}
