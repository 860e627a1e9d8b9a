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
export async function countDocuments(
  db: Db,
  definitions: readonly CollectionDefinition[],
  societyIds: readonly string[],
): Promise<DocumentCount[]> {
  const counts = definitions.map(({ name }) => ({ collection: name, live: 0, deleted: 0 }))
  for (const societyId of societyIds) {
    await Promise.all(
      definitions.map(async (definition, index) => {
        const { rows, fields } = openTypedRows(db, definition)
        const groups = await rows
          .aggregate<{ _id: boolean; count: number }>([
            { $match: fields({ societyId }) },
            { $group: { _id: { $eq: ['$_deleted', true] }, count: { $sum: 1 } } },
          ])
          .toArray()
        const total = counts[index]
        for (const { _id: isDeleted, count } of total ? groups : []) {
          if (total) total[isDeleted ? 'deleted' : 'live'] += count
        }
      }),
    )
  }
  return counts
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
