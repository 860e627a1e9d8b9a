import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visitorEntriesCollection } from '../collections/visitor-entries.ts'
import { sampleVisit } from '../test-data/visits.ts'
import { canonicalJson, documentHash, jsonEqual } from './canonical-json.ts'

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, shuffled(inner)]),
  )
}

test('property: the order of keys changes nothing, and the text reads back as the value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value))
      expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value))
    }),
  )
})

test('property: values are equal exactly when their canonical texts are', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(jsonEqual(a, b)).toBe(canonicalJson(a) === canonicalJson(b))
      expect(jsonEqual(a, shuffled(a))).toBe(true)
    }),
  )
})

test('absent and undefined are alike; a list’s order counts', () => {
  expect(canonicalJson({ b: undefined, a: -0 })).toBe('{"a":0}')
  expect(jsonEqual({ a: 1, b: undefined }, { a: 1 })).toBe(true)
  expect(jsonEqual({ a: undefined }, { b: undefined })).toBe(true)
  expect(jsonEqual([1, 2], [2, 1])).toBe(false)
  expect(jsonEqual({}, [])).toBe(false)
})

test('trap 1: a reconciliation’s hash leaves out what the server stamps, and nothing that the guard wrote', () => {
  const visit = sampleVisit()
  const hashed = (document: Record<string, unknown>) =>
    documentHash(visitorEntriesCollection, document, (text) => text)
  expect(hashed({ ...visit, serverTime: 1_795_000_000_000, _deleted: false, phoneIndex: 'x' })).toBe(
    hashed(visit),
  )
  expect(hashed({ ...visit, notes: 'Left bag' })).not.toBe(hashed(visit))
})

test('trap 5: a row nested a million deep, or a million wide, still has a canonical form', () => {
  const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
  expect(canonicalJson(JSON.parse(deep)) === deep).toBe(true)
  const wide = `[${'0,'.repeat(999_999)}0]`
  expect(canonicalJson(JSON.parse(wide)) === wide).toBe(true)
})
