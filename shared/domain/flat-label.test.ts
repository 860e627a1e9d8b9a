import { expect, test } from 'vitest'
import { flatLabel, flatMatches } from './flat-label.ts'

test.each([
  ['A', '1203', 'A-1203'],
  ['Tower 2', '501', 'Tower 2-501'],
  ['A', 'A-1203', 'A-1203'],
  ['A', 'A 1203', 'A 1203'],
  ['A', 'A12', 'A-A12'],
  ['', '12', '12'],
])('block %j and flat %j are said %j', (block, flat, label) => {
  expect(flatLabel(block, flat)).toBe(label)
})

test.each([
  ['1203', true],
  ['12', true],
  ['1203 A', true],
  ['A/1203', true],
  ['अ1203', false],
  ['१२०३', true],
  ['a12', true],
  ['A 1203', true],
  ['a-1', true],
  ['', true],
  ['203', false],
  ['B', false],
])('%j finds A-1203: %s', (typed, found) => {
  expect(flatMatches('A-1203', typed)).toBe(found)
})

test.each([
  ['a 1203', true],
  ['tower a 1203', true],
  ['1203 a', true],
  ['1203', true],
  ['b 1203', false],
])('FAULT-3: %j finds Tower A-1203: %s', (typed, found) => {
  expect(flatMatches('Tower A-1203', typed)).toBe(found)
})
