import { describe, expect, test } from 'vitest'
import type { CollectionDefinition } from './define-collection.ts'
import { collections, kioskCollections, serverOnlyCollections } from './registry.ts'

interface SeenSchema {
  readonly type?: string
  readonly personal?: true
  readonly properties?: Readonly<Record<string, SeenSchema>>
  readonly items?: SeenSchema
  readonly additionalProperties?: unknown
  readonly required?: readonly string[]
  readonly [keyword: string]: unknown
}
const all: readonly CollectionDefinition[] = [
  ...Object.values(collections),
  ...Object.values(serverOnlyCollections),
]
const schemaOf = (definition: CollectionDefinition) => definition.schema as unknown as SeenSchema

const childrenOf = (schema: SeenSchema): SeenSchema[] => [
  ...Object.values(schema.properties ?? {}),
  ...(schema.items ? [schema.items] : []),
]
const withDescendants = (schema: SeenSchema): SeenSchema[] => [
  schema,
  ...childrenOf(schema).flatMap(withDescendants),
]

test('each collection is registered under its own name', () => {
  for (const [name, definition] of Object.entries({ ...collections, ...serverOnlyCollections })) {
    expect(definition.name).toBe(name)
  }
})

test('a kiosk holds ten collections; RxDB has room for thirteen in one page', () => {
  expect(kioskCollections.map(({ name }) => name).toSorted()).toEqual(
    [
      'flats',
      'residents',
      'users',
      'visitors',
      'personLinks',
      'visitorEntries',
      'preApprovals',
      'watchlist',
      'patrolRoutes',
      'patrolLogs',
    ].toSorted(),
  )
})

describe.each(all.map((definition) => [definition.name, definition] as const))('%s', (_name, definition) => {
  const schema = schemaOf(definition)

  test('has an id, a society and its times', () => {
    expect(schema.required).toEqual(expect.arrayContaining(['_id', 'societyId', 'createdAt', 'updatedAt']))
  })

  test('bad input: is closed and bounded at every depth', () => {
    for (const part of withDescendants(schema)) {
      if (part.type === 'object') expect(part.additionalProperties).toBe(false)
      if (part.type === 'array') expect(part.maxItems).toBeGreaterThan(0)
      if (part.type === 'string') expect(part.maxLength).toBeGreaterThan(0)
      if (part.type === 'integer' || part.type === 'number') {
        expect(part).toMatchObject({
          minimum: expect.any(Number) as number,
          maximum: expect.any(Number) as number,
        })
      }
    }
  })
})

describe.each(kioskCollections.map((definition) => [definition.name, definition] as const))(
  'on a kiosk: %s',
  (_name, { kiosk, schema }) => {
    const fields = (schema as unknown as SeenSchema).properties ?? {}

    test('P7: every field with personal data is encrypted there, or never sent', () => {
      const personal = Object.entries(fields)
        .filter(([, field]) => withDescendants(field).some((part) => part.personal))
        .map(([name]) => name)
      const hidden = [...kiosk.encrypted, ...kiosk.withheld]
      expect(personal.filter((name) => !hidden.includes(name))).toEqual([])
    })

    test('every field that the role names exists, and none is both indexed and encrypted', () => {
      const indexed = kiosk.indexes.flat()
      const named = [
        ...indexed,
        ...kiosk.encrypted,
        ...kiosk.serverOwned,
        ...kiosk.withheld,
        ...kiosk.merge.flatMap((group) => [...group.fields]),
        ...(kiosk.onlyWhere ? [kiosk.onlyWhere.field] : []),
      ]
      for (const name of named) expect(Object.keys(fields)).toContain(name)
      expect(
        indexed.filter((name) => kiosk.encrypted.includes(name) || kiosk.withheld.includes(name)),
      ).toEqual([])
      for (const name of indexed) expect(schema.required).toContain(name)
    })

    test('no field is in two merge groups', () => {
      const grouped = kiosk.merge.flatMap((group) => [...group.fields])
      expect(new Set(grouped).size).toBe(grouped.length)
    })
  },
)
