/** What an admin checks a restored or suspected database by; society by society, as each lies on its own shard one day. */
import { visitorEntriesCollection } from '@chowki/shared/collections/visitor-entries.ts'
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

/** Photos that visits of these societies name and that have not arrived (yet). */
export async function countMissingPhotos(db: Db, societyIds: readonly string[]): Promise<number> {
  const { rows, fields } = openTypedRows(db, visitorEntriesCollection)
  const named = {
    $concatArrays: ['entryPhoto', 'exitPhoto'].map((field) => ({ $cond: [`$${field}`, [`$${field}`], []] })),
  }
  let missing = 0
  for (const societyId of societyIds) {
    const ofSociety = { $match: fields({ societyId }) }
    const lookup = { from: 'photos', localField: 'photoId', foreignField: '_id', as: 'photo' }
    const [result] = await rows
      .aggregate<{ count: number }>([
        ofSociety,
        { $project: { photoId: named } },
        { $unwind: '$photoId' },
        { $set: { photoId: { $toObjectId: '$photoId' } } },
        { $lookup: { ...lookup, pipeline: [ofSociety, { $project: { _id: 1 } }] } },
        { $match: { photo: [] } },
        { $count: 'count' },
      ])
      .toArray()
    missing += result?.count ?? 0
  }
  return missing
}
