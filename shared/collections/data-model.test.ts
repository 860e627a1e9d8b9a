/** The data model that this product was asked for, field by field: names, stored types and words may not drift. */
import { describe, expect, test } from 'vitest'
import { toMongoIndexes, toMongoValidator } from '../projections/to-mongo.ts'
import type { MongoField } from '../projections/to-mongo.ts'
import { dataModel } from '../test-data/data-model.ts'
import { collections } from './registry.ts'
import type { CollectionName } from './registry.ts'

const bsonTypes: Readonly<Record<string, string>> = {
  ObjectId: 'objectId',
  Date: 'date',
  Number: 'number',
  String: 'string',
  Boolean: 'bool',
}

function fieldAt(collection: CollectionName, path: string): MongoField | undefined {
  let field: MongoField | undefined = toMongoValidator(collections[collection]).$jsonSchema
  for (const name of path.replaceAll('[]', '.[]').split('.')) {
    field = name === '[]' ? field?.items : field?.properties?.[name]
  }
  return field
}

const rows = Object.entries(dataModel).flatMap(([collection, fields]) =>
  fields
    .trim()
    .split('\n')
    .map((line) => {
      const [, path = '', type = '', words] = /^\s*([^:]+): (\w+)(?: = (.+))?$/.exec(line) ?? []
      return [collection as CollectionName, path, type, words?.split(' | ') ?? []] as const
    }),
)

test('all 22 collections are there', () => {
  expect(Object.keys(dataModel)).toHaveLength(22)
  expect(Object.keys(collections)).toEqual(expect.arrayContaining(Object.keys(dataModel)))
})

describe('every field keeps its name, its stored type and its words', () => {
  test.each(rows)('%s.%s is a %s', (collection, path, type, words) => {
    const field = fieldAt(collection, path)
    expect(field?.bsonType).toBe(bsonTypes[type])
    if (field?.enum) expect(field.enum).toEqual(expect.arrayContaining(words))
  })
})

/** The model's indexing strategy, each index led by the society. */
const indexingStrategy: Readonly<Partial<Record<CollectionName, readonly string[]>>> = {
  societies: ['societyId'],
  residents: ['societyId', 'flatId'],
  visitorEntries: ['societyId', 'entryDateTime', 'exitDateTime'],
  maintenanceBills: ['societyId', 'residentId', 'dueDate'],
  complaints: ['societyId', 'status', 'priority'],
  bookings: ['societyId', 'amenityId', 'bookingDate', 'status'],
  notifications: ['societyId', 'userId', 'isRead'],
}

test.each(Object.entries(indexingStrategy))('%s is indexed by %j', (collection, fields) => {
  const indexes = toMongoIndexes(collections[collection as CollectionName])
  expect(indexes.map((index) => Object.keys(index.key))).toContainEqual(fields)
})
