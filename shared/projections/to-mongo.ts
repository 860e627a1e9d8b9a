/**
 * A collection in MongoDB: its indexes, and its `$jsonSchema`, the last fence, behind the API's validation. Dialect:
 * draft 4 with `bsonType`, no unknown keyword, whole numbers as `number` with `multipleOf` 1 (BSON writes epoch
 * milliseconds as double). Bounds of dates cannot be said here; the API judges them.
 */
import type { CollectionDefinition, MongoIndex } from '../collections/define-collection.ts'

export interface MongoField {
  readonly bsonType: string
  readonly properties?: Readonly<Record<string, MongoField>>
  readonly items?: MongoField
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly [keyword: string]: unknown
}

const boundKeywords = [
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'pattern',
  'enum',
]

/** Beside the fields of every stored document. */
const storedFields: Readonly<Record<string, MongoField>> = {
  /** Position in the society's history at the last write. */
  _seq: { bsonType: 'number', minimum: 0, multipleOf: 1 },
  _deleted: { bsonType: 'bool' },
}

export const toMongoValidator = (definition: CollectionDefinition): { readonly $jsonSchema: MongoField } => {
  const root = toMongoField(definition.schema)
  return { $jsonSchema: { ...root, properties: { ...root.properties, ...storedFields } } }
}

function toMongoField(field: object): MongoField {
  const source = field as Readonly<Record<string, unknown>>
  switch (source.bson) {
    case 'objectId':
      return { bsonType: 'objectId' }
    case 'date':
      return { bsonType: 'date' }
    case 'binary':
      return { bsonType: 'binData' }
  }
  const bounds = Object.fromEntries(
    boundKeywords
      .filter((keyword) => source[keyword] !== undefined)
      .map((keyword) => [keyword, source[keyword]]),
  )
  switch (source.type) {
    case 'object':
      return { ...toMongoObject(source), ...bounds }
    case 'array':
      return { bsonType: 'array', ...bounds, items: toMongoField(source.items as object) }
    case 'integer':
      return { bsonType: 'number', ...bounds, multipleOf: 1 }
    case 'boolean':
      return { bsonType: 'bool' }
    default:
      return { bsonType: String(source.type), ...bounds }
  }
}

function toMongoObject(source: Readonly<Record<string, unknown>>): MongoField {
  const required = source.required as readonly string[] | undefined
  return {
    bsonType: 'object',
    // MongoDB refuses an empty list.
    ...(required && required.length > 0 ? { required: [...required] } : {}),
    properties: Object.fromEntries(
      Object.entries(source.properties as Record<string, object>).map(([name, value]) => [
        name,
        toMongoField(value),
      ]),
    ),
    additionalProperties: false,
  }
}

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
