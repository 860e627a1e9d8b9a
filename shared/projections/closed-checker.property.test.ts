import fc from 'fast-check'
import type { TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { collections, serverOnlyCollections } from '../collections/registry.ts'
import type { CollectionDefinition } from '../collections/define-collection.ts'
import { sampleDocument } from '../test-data/sample-document.ts'
import { createClosedChecker } from './closed-checker.ts'

/** `photos` holds bytes, which no wire form has: the library judges it. */
const all: readonly CollectionDefinition[] = [
  ...Object.values<CollectionDefinition>(collections),
  ...Object.values<CollectionDefinition>(serverOnlyCollections),
].filter(({ name }) => name !== 'photos')

function checkerOf(schema: TSchema) {
  const checker = createClosedChecker(schema)
  if (!checker) throw new Error('The schema has a keyword that the checker does not know.')
  return checker
}

const strange = fc.oneof(
  fc.anything({ withNullPrototype: true }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom<unknown>(
    undefined,
    null,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    0.5,
    2 ** 53,
    '',
    '\ud800',
    'a\u0000',
    'a\nb',
    '😀'.repeat(61),
    '0'.repeat(24),
    [],
    {},
    [undefined],
    new Date(0),
  ),
)

/** Puts something strange somewhere: in place of a field, inside it, or beside the fields. */
const spoiled = (document: fc.Arbitrary<Record<string, unknown>>) =>
  fc
    .tuple(document, strange, fc.nat(), fc.constantFrom('replace', 'drop', 'add', 'inside'))
    .map(([sample, value, at, how]) => {
      const names = Object.keys(sample)
      const name = names[at % names.length] ?? ''
      if (how === 'add') return { ...sample, extra: value }
      if (how === 'replace') return { ...sample, [name]: value }
      if (how === 'drop')
        return Object.fromEntries(Object.entries(sample).filter(([field]) => field !== name))
      const inner = sample[name]
      if (Array.isArray(inner)) return { ...sample, [name]: [...inner, value] }
      return typeof inner === 'object' && inner !== null
        ? { ...sample, [name]: { ...inner, extra: value } }
        : sample
    })

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

test('a schema with a keyword that is not ours is left to the library', () => {
  expect(createClosedChecker({ type: 'string', format: 'uri' } as TSchema)).toBeNull()
  expect(createClosedChecker({ anyOf: [] } as TSchema)).toBeNull()
})
