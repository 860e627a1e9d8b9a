import fc from 'fast-check'
import type { TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { collections, serverOnlyCollections } from '../collections/registry.ts'
import type { CollectionDefinition } from '../collections/define-collection.ts'
import { sampleDocument } from '../test-data/sample-document.ts'
import { pushRequestSchema } from '../protocol/messages.ts'
import { spoiled, strange } from '../test-data/spoiled-document.ts'
import { createClosedChecker } from './validate.ts'

/** `photos` and `quarantine` hold bytes, which no wire form has: the library judges them. */
const all: readonly CollectionDefinition[] = [
  ...Object.values<CollectionDefinition>(collections),
  ...Object.values<CollectionDefinition>(serverOnlyCollections),
].filter(({ name }) => name !== 'photos' && name !== 'quarantine')

function checkerOf(schema: TSchema) {
  const checker = createClosedChecker(schema)
  if (!checker) throw new Error('The schema has a keyword that the checker does not know.')
  return checker
}

describe.each(all.map((definition) => [definition.name, definition] as const))('%s', (_name, definition) => {
  const check = checkerOf(definition.schema)

  test('property: the checker answers as the schema library does, for good documents and for spoiled ones', () => {
    const document = sampleDocument(definition)
    fc.assert(
      fc.property(fc.oneof(document, spoiled(document)), (value) => {
        expect(check(value)).toBe(Check(definition.schema, value))
      }),
      { numRuns: 150 },
    )
  })

  test('property: it answers for any value, too', () => {
    fc.assert(
      fc.property(strange, (value) => {
        expect(check(value)).toBe(Check(definition.schema, value))
      }),
      { numRuns: 50 },
    )
  })
})

test('property: a push is judged as by the schema library, whatever its documents hold', () => {
  const check = checkerOf(pushRequestSchema)
  const document = fc.dictionary(fc.constantFrom('_id', 'flatIds', 'purpose'), strange)
  const row = fc.record({ newDocumentState: document, assumedMasterState: document }, { requiredKeys: [] })
  const push = fc.record({
    schemaVersion: fc.nat(3),
    sentAt: fc.oneof(fc.integer(), fc.double()),
    rows: fc.array(fc.oneof(row, spoiled(row)), { maxLength: 3 }),
  })
  fc.assert(
    fc.property(fc.oneof(push, spoiled(push)), (value) => {
      expect(check(value)).toBe(Check(pushRequestSchema, value))
    }),
    { numRuns: 1_000 },
  )
})

test('a schema without a keyword takes anything', () => {
  expect(createClosedChecker({} as TSchema)?.(Symbol('anything'))).toBe(true)
})

test('a schema with a keyword that is not ours is left to the library', () => {
  expect(createClosedChecker({ type: 'string', format: 'uri' } as TSchema)).toBeNull()
  expect(createClosedChecker({ anyOf: [] } as TSchema)).toBeNull()
})
