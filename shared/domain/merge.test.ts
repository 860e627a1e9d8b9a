import { describe, expect, test } from 'vitest'
import { defineCollection } from '../collections/define-collection.ts'
import { listOf, optional, text } from '../collections/fields.ts'
import { visitorEntriesCollection } from '../collections/visitor-entries.ts'
import type { VisitorEntry } from '../collections/visitor-entries.ts'
import { visitorsCollection } from '../collections/visitors.ts'
import { sampleIds, sampleNow, sampleVisit } from '../test-data/visits.ts'
import { createConflictHandler, mergeDocuments } from './merge.ts'
import { buildExit, undoExit } from './visit.ts'

const inside = sampleVisit()

function exitOf(visit: VisitorEntry, now: number, guardId: string): VisitorEntry {
  const exit = buildExit(visit, { now, guardId })
  if (!exit.ok) throw new Error(exit.error.message)
  return exit.value
}

const merge = (sides: { base?: VisitorEntry; mine: VisitorEntry; theirs: VisitorEntry }) =>
  mergeDocuments(visitorEntriesCollection, sides)

describe('P5: merge of one visit', () => {
  test('the first exit stands with its own guard, though it arrives last', () => {
    const early = exitOf(inside, sampleNow + 60_000, sampleIds.guard)
    const late = exitOf(inside, sampleNow + 90_000, sampleIds.otherGuard)
    expect(merge({ base: inside, mine: early, theirs: late })).toMatchObject({
      exitDateTime: sampleNow + 60_000,
      exitGuard: sampleIds.guard,
    })
  })

  test('two exits of the same millisecond become the same one at both gates', () => {
    const a = exitOf(inside, sampleNow + 60_000, sampleIds.guard)
    const b = exitOf(inside, sampleNow + 60_000, sampleIds.otherGuard)
    expect(merge({ base: inside, mine: a, theirs: b }).exitGuard).toBe(
      merge({ base: inside, mine: b, theirs: a }).exitGuard,
    )
  })

  test('an exit taken back stays taken back when the server holds the exit untouched', () => {
    const left = exitOf(inside, sampleNow + 60_000, sampleIds.guard)
    const undone = undoExit(left, {
      now: sampleNow + 65_000,
      guardId: left.exitGuard ?? '',
      isInsideAgain: false,
    })
    if (!undone.ok) throw new Error(undone.error.message)
    const noted = { ...left, notes: 'Left bag' }
    const merged = merge({ base: left, mine: undone.value, theirs: noted })
    expect(merged).toMatchObject({ state: 'Inside', notes: 'Left bag' })
    expect(merged).not.toHaveProperty('exitDateTime')
  })

  test('a guard’s and a supervisor’s notes are both kept, the server’s first, and cut at the bound', () => {
    const merged = merge({ base: inside, mine: { ...inside, notes: 'b' }, theirs: { ...inside, notes: 'a' } })
    expect(merged.notes).toBe('a\nb')
    const long = merge({
      base: inside,
      mine: { ...inside, notes: '😀'.repeat(600) },
      theirs: { ...inside, notes: 'क'.repeat(600) },
    })
    expect(Array.from(long.notes ?? '')).toHaveLength(1000)
  })

  test('what the server erased stays erased', () => {
    const erased = { ...inside, _deleted: true }
    expect(merge({ base: inside, mine: exitOf(inside, sampleNow, sampleIds.guard), theirs: erased })).toEqual(
      erased,
    )
  })

  test('lists are united where the collection says so', () => {
    const tags = defineCollection({
      name: 'tags',
      version: 0,
      fields: { tags: optional(listOf(text(10), 3)) },
      kiosk: {
        indexes: [],
        encrypted: [],
        writes: 'own',
        serverOwned: [],
        withheld: [],
        merge: [{ fields: ['tags'], rule: 'union' }],
      },
    })
    const sides = { base: { tags: ['a'] }, mine: { tags: ['a', 'c', 'd'] }, theirs: { tags: ['a', 'b'] } }
    expect(mergeDocuments(tags, sides)).toEqual({ tags: ['a', 'b', 'c'] })
  })
})

describe('trap 6: only what the replica owns makes a conflict', () => {
  const handler = createConflictHandler(visitorEntriesCollection)

  test('stamps of the server are no difference', () => {
    expect(handler.isEqual(inside, { ...inside, serverTime: sampleNow, timeDriftMs: 5 })).toBe(true)
  })

  test('a field of the guard’s is, and so is a deletion', () => {
    expect(handler.isEqual(inside, { ...inside, purpose: 'Delivery' })).toBe(false)
    expect(handler.isEqual(inside, { ...inside, _deleted: true })).toBe(false)
    expect(handler.isEqual(inside, { ...inside, _deleted: false })).toBe(true)
  })

  test('a touch, which reconciliation uses to push again, is a difference', () => {
    expect(handler.isEqual(inside, { ...inside, updatedAt: inside.updatedAt + 1 })).toBe(false)
  })
})

describe('fields that exist on the desk only', () => {
  const visitor = {
    _id: sampleIds.visitor,
    societyId: sampleIds.society,
    createdAt: sampleNow,
    updatedAt: sampleNow,
    name: 'Asha',
    phone: '+919812345678',
    phoneIndex: 'old',
  }
  const mine = { ...visitor, phone: '+919812345679', phoneIndex: 'new' }
  const { phoneIndex: _none, ...theirs } = { ...visitor, name: 'Asha Rao' }

  test('follow the field they come from', () => {
    const merged = mergeDocuments<object>(
      visitorsCollection,
      { base: visitor, mine, theirs },
      { localFields: { phoneIndex: 'phone' } },
    )
    expect(merged).toMatchObject({ name: 'Asha Rao', phone: '+919812345679', phoneIndex: 'new' })
  })

  test('or are made anew for the merged document', async () => {
    const handler = createConflictHandler(visitorsCollection, {
      complete: (merged) => ({ ...merged, phoneIndex: `of ${(merged as { phone?: string }).phone ?? ''}` }),
    })
    const resolved = await handler.resolve<object>({
      assumedMasterState: visitor,
      newDocumentState: mine,
      realMasterState: theirs,
    })
    expect(resolved).toMatchObject({ name: 'Asha Rao', phoneIndex: 'of +919812345679' })
  })
})
