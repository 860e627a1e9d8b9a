import { expect, test } from 'vitest'
import { findGaps } from './judge-server.ts'

const base = { head: 2, others: 0 }
const row = (id: string, seq: number, hasLeft = false) => ({ id, seq, hasLeft })

test('numbers without a gap: each was given to one row, or left behind by its change', () => {
  expect(findGaps({ head: 5, others: 0, rows: [row('a', 3), row('b', 4), row('c', 5)] }, base)).toEqual([])
  expect(findGaps({ head: 5, others: 0, rows: [row('b', 4), row('a', 5, true)] }, base)).toEqual([])
  expect(
    findGaps({ head: 6, others: 3, rows: [row('b', 4), row('a', 6, true)] }, { ...base, others: 2 }),
  ).toEqual([])
})

test.each([
  ['a row that went missing', { head: 5, rows: [row('a', 3), row('c', 5)] }],
  ['a number given twice', { head: 5, rows: [row('a', 3), row('b', 4), row('c', 4)] }],
  ['a head that went back', { head: 4, rows: [row('a', 3), row('b', 4), row('c', 5)] }],
  ['a number of another history', { head: 5, rows: [row('a', 2), row('b', 4), row('c', 5)] }],
  ['a number that neither a visit nor the audit has', { head: 5, others: 1, rows: [row('a', 3)] }],
  ['no head at all', { head: Number.NaN, rows: [row('a', 3)] }],
])('%s is noticed', (_, numbering) => {
  expect(findGaps({ others: 0, ...numbering }, base).length).toBeGreaterThan(0)
})
