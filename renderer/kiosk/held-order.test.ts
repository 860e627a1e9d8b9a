import { expect, test } from 'vitest'
import { heldOrder } from './held-order.ts'

const keyOf = ({ id }: { readonly id: string }): string => id
const of = (...ids: readonly string[]) => ids.map((id) => ({ id, seen: 'now' }))

test('FAULT-1: under a hand no row changes its place, whoever comes, goes or would be sorted elsewhere', () => {
  const before = of('ravi', 'asha', 'kiran').map((row) => ({ ...row, seen: 'before' }))
  const held = heldOrder(before, of('new', 'kiran', 'ravi'), keyOf)
  expect(held.rows.map(({ item, isGone }) => [item.id, item.seen, isGone])).toEqual([
    ['ravi', 'now', false],
    ['asha', 'before', true],
    ['kiran', 'now', false],
  ])
  expect(held.newcomers).toEqual(of('new'))
})
