import { expect, test } from 'vitest'
import type { CollectionDefinition } from './define-collection.ts'
import { ambiguousReferences, referencedCollections } from './references.ts'
import { collections } from './registry.ts'

interface Field {
  readonly bson?: string
  readonly items?: Field
}
const isId = ({ bson, items }: Field) => bson === 'objectId' || items?.bson === 'objectId'

test('each field that holds an id refers to a collection, or is listed as one that may refer to several', () => {
  const names = Object.values<CollectionDefinition>(collections).flatMap(({ schema }) =>
    Object.entries(schema.properties as Record<string, Field>)
      .filter(([, field]) => isId(field))
      .map(([name]) => name),
  )
  const found = [...new Set(names)].filter((name) => name !== '_id' && name !== 'societyId')
  expect(found.toSorted()).toEqual([...Object.keys(referencedCollections), ...ambiguousReferences].toSorted())
})
