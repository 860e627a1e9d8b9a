import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Visitor } from '../../collections/visitors.ts'
import { createPersonLinks, sameVisitors } from './person-links.ts'

const visitor = (_id: string, createdAt: number, name = 'Ravi Kumar', phone = '+919845012345'): Visitor => ({
  ...{ _id, societyId: 'society', createdAt, updatedAt: createdAt, name, phone },
})
const link = (visitorId: string, sameAs: string, state: 'Active' | 'Undone' = 'Active') => ({
  ...{ visitorId, sameAs, state },
})

test('FAULT-2: records of the same whole phone and name are the oldest one’s person', () => {
  expect(sameVisitors([visitor('c', 3), visitor('a', 2), visitor('b', 1, 'ravi KUMAR')])).toEqual([
    { visitorId: 'a', sameAs: 'b' },
    { visitorId: 'c', sameAs: 'b' },
  ])
})

test('FAULT-2: another name on the phone, or another phone, is another person', () => {
  const others = [visitor('a', 1), visitor('b', 2, 'Meena Kumar'), visitor('c', 3, 'Ravi', '+19845012345')]
  expect(sameVisitors(others)).toEqual([])
})

test('property: FAULT-2: in whatever order they came, the links are the same, and no ring', () => {
  const visitors = fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 0, max: 30 }),
      at: fc.integer({ min: 0, max: 3 }),
      name: fc.constantFrom('Ravi', 'Meena'),
    }),
    { selector: ({ id }) => id },
  )
  fc.assert(
    fc.property(visitors, (drawn) => {
      const all = drawn.map(({ id, at, name }) => visitor(String(id).padStart(2, '0'), at, name))
      const made = sameVisitors(all)
      expect(sameVisitors(all.toReversed())).toEqual(made)
      const links = createPersonLinks()
      for (const one of made) links.put({ ...one, state: 'Active' })
      const persons = new Set(all.map(({ _id }) => links.personOf(_id)))
      expect(persons.size).toBe(new Set(all.map(({ name }) => name)).size)
    }),
  )
})

test('a link of a link leads to the oldest, in whatever order they are heard of', () => {
  for (const order of [
    [link('b', 'a'), link('c', 'b')],
    [link('c', 'b'), link('b', 'a')],
  ]) {
    const links = createPersonLinks()
    const touched = order.flatMap((one) => links.put(one))
    expect(['a', 'b', 'c', 'd'].map(links.personOf)).toEqual(['a', 'a', 'a', 'd'])
    expect(links.recordsOf('a')).toEqual(['a', 'b', 'c'])
    expect(new Set(touched)).toEqual(new Set(['a', 'b', 'c']))
  }
})

test('FAULT-2: an undone link tells them apart again', () => {
  const links = createPersonLinks()
  links.put(link('b', 'a'))
  expect(new Set(links.put(link('b', 'a', 'Undone')))).toEqual(new Set(['a', 'b']))
  expect(links.personOf('b')).toBe('b')
  expect(links.recordsOf('a')).toEqual(['a'])
  expect(links.put(link('x', 'y', 'Undone'))).toEqual([])
})

test('a ring of links, which nobody makes, does not hang', () => {
  const links = createPersonLinks()
  for (const [one, other] of [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'b'],
  ] as const)
    links.put(link(one, other))
  expect(typeof links.personOf('a')).toBe('string')
  expect(links.recordsOf('b')).toContain('c')
})
