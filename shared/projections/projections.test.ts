import { describe, expect, test } from 'vitest'
import { collections, kioskCollections, serverOnlyCollections } from '../collections/registry.ts'
import type { CollectionDefinition } from '../collections/define-collection.ts'
import type { KioskCollectionDefinition } from '../collections/registry.ts'
import { bsonPaths, mapBsonPaths } from './bson-paths.ts'
import { toMongoIndexes, toMongoValidator } from './to-mongo.ts'
import { toRxdbSchema } from './to-rxdb-schema.ts'

const kioskCollection = (name: string): KioskCollectionDefinition => {
  const found = kioskCollections.find((definition) => definition.name === name)
  if (!found) throw new Error(`${name} is not for kiosks.`)
  return found
}
const all: readonly CollectionDefinition[] = [
  ...Object.values(collections),
  ...Object.values(serverOnlyCollections),
]

/** Keywords and field names of a projected schema, at any depth. */
function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf)
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)])
}

test('to RxDB: a visit, a visitor with its local field, a guard without what is withheld', () => {
  expect(toRxdbSchema(kioskCollection('visitorEntries'))).toMatchSnapshot('visitorEntries')
  const local = {
    fields: { phoneIndex: { type: 'string', maxLength: 64 } },
    indexes: [['phoneIndex']],
  } as const
  expect(toRxdbSchema(kioskCollection('visitors'), local)).toMatchSnapshot('visitors')
  expect(toRxdbSchema(kioskCollection('users'))).toMatchSnapshot('users')
})

test('to MongoDB: validators of a visit, of a bill and of a photo', () => {
  for (const name of ['visitorEntries', 'maintenanceBills', 'photos'] as const) {
    expect(toMongoValidator(collections[name])).toMatchSnapshot(name)
  }
})

test('to MongoDB: all indexes', () => {
  const lines = all.flatMap((definition) =>
    toMongoIndexes(definition).map(
      ({ name, key: _key, ...rest }) => `${definition.name}: ${name} ${JSON.stringify(rest)}`,
    ),
  )
  expect(lines.join('\n')).toMatchSnapshot()
})

test('where ids and times lie', () => {
  const lines = all.map((definition) => {
    const paths = bsonPaths(definition).map(({ path, bson }) => `${path.join('.')}:${bson}`)
    return `${definition.name}: ${paths.join(' ')}`
  })
  expect(lines.join('\n')).toMatchSnapshot()
})

describe.each(all.map((definition) => [definition.name, definition] as const))('%s', (_name, definition) => {
  test('has no keyword of ours in its projections', () => {
    const projected = [
      toMongoValidator(definition),
      definition.kiosk ? toRxdbSchema(definition as KioskCollectionDefinition) : {},
    ]
    for (const keyword of ['bson', 'personal', '$ref', '$id', 'format', 'default', '~kind', '~optional']) {
      expect(keysOf(projected)).not.toContain(keyword)
    }
  })

  test('P6: each index for queries and each unique index begins with the society', () => {
    const lookUpsBeforeTheSocietyIsKnown = ['deviceId_1', 'expiresAt_1']
    for (const index of toMongoIndexes(definition)) {
      if (!index.unique && lookUpsBeforeTheSocietyIsKnown.includes(index.name)) continue
      expect(Object.keys(index.key)[0]).toBe('societyId')
    }
  })

  test('every indexed field exists, and names of indexes are unique', () => {
    const indexes = toMongoIndexes(definition)
    expect(new Set(indexes.map((index) => index.name)).size).toBe(indexes.length)
    for (const field of indexes.flatMap((index) => [
      ...Object.keys(index.key),
      ...Object.keys(index.partialFilterExpression ?? {}),
    ])) {
      if (field === '_seq') continue
      expect(Object.keys(definition.schema.properties)).toContain(field.split('.')[0])
    }
  })
})

describe('the walk between wire and BSON', () => {
  const seen: unknown[] = []
  const change = {
    objectId: (value: unknown) => `id ${String(value)}`,
    date: (value: unknown) => (seen.push(value), 'day'),
  }

  test('changes ids and times at every depth, in lists too, and copies', () => {
    const complaint = {
      _id: 'a',
      comments: [{ userId: 'b', text: 'c', timestamp: 5 }],
      images: ['d'],
      title: 'e',
      extra: 1,
    }
    const before = structuredClone(complaint)
    expect(mapBsonPaths(collections.complaints, complaint, change)).toEqual({
      _id: 'id a',
      comments: [{ userId: 'id b', text: 'c', timestamp: 'day' }],
      images: ['d'],
      title: 'e',
      extra: 1,
    })
    expect(complaint).toEqual(before)
    expect(seen).toEqual([5])
  })

  test('leaves absent fields absent and misshapen ones as they are', () => {
    expect(mapBsonPaths(collections.complaints, { comments: 'x', resolvedAt: null }, change)).toEqual({
      comments: 'x',
      resolvedAt: null,
    })
  })
})
