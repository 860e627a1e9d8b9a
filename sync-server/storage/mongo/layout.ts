/** How collections lie in MongoDB: what the storage and the set-up need to know of each. */
import type { IndexDescription } from 'mongodb'
import type { CollectionDefinition } from '@chowki/shared/collections/define-collection.ts'
import { bsonPaths } from '@chowki/shared/projections/bson-paths.ts'
import type { BsonPath } from '@chowki/shared/projections/bson-paths.ts'
import { toMongoIndexes, toMongoValidator } from '@chowki/shared/projections/to-mongo.ts'

export interface ReplicatedLayout {
  readonly name: string
  readonly partitionField: string
  readonly bsonPaths: readonly BsonPath[]
}

export interface CollectionLayout {
  readonly name: string
  readonly validator?: object
  readonly indexes: readonly IndexDescription[]
}

const partitionField = 'societyId'

export const toReplicatedLayout = (definition: CollectionDefinition): ReplicatedLayout => ({
  name: definition.name,
  partitionField,
  bsonPaths: bsonPaths(definition),
})

export function toCollectionLayout(definition: CollectionDefinition): CollectionLayout {
  const scope = definition.kiosk?.onlyWhere
  const indexes: IndexDescription[] = toMongoIndexes(definition)
  if (scope) {
    // A full page of a narrow scope must not read through everything outside it.
    indexes.push({
      name: `${partitionField}_1_${scope.field}_1__seq_1`,
      key: { [partitionField]: 1, [scope.field]: 1, _seq: 1 },
    })
  }
  return { name: definition.name, validator: toMongoValidator(definition), indexes }
}

export const headsLayout: CollectionLayout = { name: 'syncHeads', indexes: [] }
export const placesLayout: CollectionLayout = { name: 'followerPlaces', indexes: [] }

/** The collections that the storage keeps for itself, for an application without schemas of its own. */
export const storageLayouts: readonly CollectionLayout[] = [
  headsLayout,
  placesLayout,
  {
    name: 'quarantine',
    indexes: [
      { name: 'partition_1_createdAt_-1', key: { partition: 1, createdAt: -1 } },
      { name: 'partition_1_source_1_createdAt_-1', key: { partition: 1, source: 1, createdAt: -1 } },
    ],
  },
]
