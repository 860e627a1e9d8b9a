import type { CollectionDefinition, MongoIndex } from '../collections/define-collection.ts'

/** As MongoDB's `createIndexes` takes it. */
export interface MongoIndexSpecification {
  name: string
  key: Record<string, 1 | -1>
  unique?: true
  partialFilterExpression?: Record<string, { $exists: true }>
  expireAfterSeconds?: number
}

/** A replica's pull reads the changes of one society after a sequence number. */
const changesIndex: MongoIndex = { keys: { societyId: 1, _seq: 1 } }

export const toMongoIndexes = (definition: CollectionDefinition): MongoIndexSpecification[] =>
  [...definition.mongoIndexes, ...(definition.kiosk ? [changesIndex] : [])].map(toSpecification)

function toSpecification(index: MongoIndex): MongoIndexSpecification {
  const { keys, unique, onlyWith, expireAfterSeconds } = index
  const parts = Object.entries(keys).map(([field, direction]) => `${field}_${direction}`)
  return {
    name: [...parts, ...(unique ? ['unique'] : [])].join('_'),
    key: { ...keys },
    ...(unique ? { unique } : {}),
    ...(onlyWith === undefined ? {} : { partialFilterExpression: { [onlyWith]: { $exists: true } } }),
    ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
  }
}
