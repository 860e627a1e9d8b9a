import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kioskCollections } from '../collections/registry.ts'
import { visitorEntriesCollection } from '../collections/visitor-entries.ts'
import type { VisitorEntry } from '../collections/visitor-entries.ts'
import { replicaOwned } from '../projections/pick-fields.ts'
import { validateDocument } from '../projections/validate.ts'
import { sampleDocument } from '../test-data/sample-document.ts'
import { sampleIds, sampleNow, sampleVisit } from '../test-data/visits.ts'
import { mergeDocuments, sameToReplica } from './merge.ts'
import { buildExit } from './visit.ts'

const base = sampleVisit()
const minute = fc.integer({ min: 0, max: 600 }).map((minutes) => sampleNow + minutes * 60_000)

/** What one gate may do to a visit: let out, decide, write a note; at its own time. */
const editedVisit: fc.Arbitrary<VisitorEntry> = fc
  .record({
    exitAt: fc.option(minute, { nil: null }),
    decidedAt: fc.option(minute, { nil: null }),
    note: fc.option(fc.constantFrom('Left bag', 'Two people', 'Left bag\nBack soon'), { nil: null }),
    updatedAt: minute,
    guardId: fc.constantFrom(sampleIds.guard, sampleIds.otherGuard),
  })
  .map(({ exitAt, decidedAt, note, updatedAt, guardId }) => {
    const exited = exitAt === null ? null : buildExit(base, { now: exitAt, guardId })
    const visit = exited?.ok ? exited.value : base
    return {
      ...visit,
      updatedAt,
      ...(decidedAt === null ? {} : { approvalDateTime: decidedAt, approvalStatus: 'Rejected' as const }),
      ...(note === null ? {} : { notes: note }),
    }
  })

const merge = (mine: VisitorEntry, theirs: VisitorEntry, known: VisitorEntry | undefined = base) =>
  mergeDocuments(visitorEntriesCollection, { base: known, mine, theirs })

describe('P5: two gates, one visit', () => {
  test('property: exit wins over no exit, and the first exit stands', () => {
    fc.assert(
      fc.property(editedVisit, editedVisit, fc.constantFrom(base, undefined), (mine, theirs, known) => {
        const exits = [mine, theirs].flatMap((visit) => visit.exitDateTime ?? [])
        const merged = merge(mine, theirs, known)
        expect(merged.exitDateTime).toBe(exits.length === 0 ? undefined : Math.min(...exits))
        expect(merged.state).toBe(exits.length === 0 ? 'Inside' : 'Left')
      }),
    )
  })

  test('property: an exit’s time, guard and state come from one side', () => {
    fc.assert(
      fc.property(editedVisit, editedVisit, (mine, theirs) => {
        const merged = merge(mine, theirs)
        const group = (visit: VisitorEntry) => [visit.exitDateTime, visit.exitGuard, visit.state]
        expect([group(mine), group(theirs)]).toContainEqual(group(merged))
      }),
    )
  })

  test('property: approval on one side and exit on the other both survive', () => {
    fc.assert(
      fc.property(minute, minute, fc.boolean(), (exitAt, decidedAt, exitIsMine) => {
        const exited = buildExit(base, { now: exitAt, guardId: sampleIds.otherGuard })
        if (!exited.ok) throw new Error(exited.error.message)
        const decided: VisitorEntry = { ...base, approvalStatus: 'Rejected', approvalDateTime: decidedAt + 1 }
        const merged = exitIsMine ? merge(exited.value, decided) : merge(decided, exited.value)
        expect(merged).toMatchObject({ exitDateTime: exited.value.exitDateTime, approvalStatus: 'Rejected' })
      }),
    )
  })

  test('property: whichever gate’s change arrives first, the exit, the decision and the times are the same', () => {
    fc.assert(
      fc.property(editedVisit, editedVisit, (a, b) => {
        const decided = ({ notes: _order, ...visit }: VisitorEntry) => visit
        expect(decided(merge(a, b))).toEqual(decided(merge(b, a)))
      }),
    )
  })

  test('property: no line of a note is lost, whichever arrives first', () => {
    fc.assert(
      fc.property(editedVisit, editedVisit, (a, b) => {
        const linesOf = (visit: VisitorEntry) => visit.notes?.split('\n') ?? []
        expect(new Set(linesOf(merge(a, b)))).toEqual(new Set([...linesOf(a), ...linesOf(b)]))
      }),
    )
  })
})

describe.each(kioskCollections.map((definition) => [definition.name, definition] as const))(
  'P5: %s',
  (_name, definition) => {
    const document = sampleDocument(definition)
    const anyThree = fc.tuple(fc.option(document, { nil: undefined }), document, document)

    test('property: merging again changes nothing, and what is merged is valid', () => {
      fc.assert(
        fc.property(anyThree, ([known, mine, theirs]) => {
          const merged = mergeDocuments(definition, { base: known, mine, theirs })
          const again = mergeDocuments(definition, { base: known, mine: merged, theirs })
          expect(sameToReplica(definition, again, merged)).toBe(true)
          expect(validateDocument(definition, merged)).toEqual({ ok: true, value: true })
        }),
        { numRuns: 40 },
      )
    })

    test('property: an untouched side never overrides the other, and two alike stay as they are', () => {
      fc.assert(
        fc.property(document, document, (known, changed) => {
          const sides = { createdAt: 1_700_000_000_000, updatedAt: 1_700_000_000_000 }
          const [before, after] = [
            { ...known, ...sides },
            { ...changed, ...sides, _id: known._id, societyId: known.societyId },
          ]
          const same = (a: object, b: object) =>
            expect(replicaOwned(definition, a as Record<string, unknown>)).toEqual(
              replicaOwned(definition, b as Record<string, unknown>),
            )
          same(mergeDocuments(definition, { base: before, mine: after, theirs: before }), after)
          same(mergeDocuments(definition, { base: before, mine: before, theirs: after }), after)
          same(mergeDocuments(definition, { mine: after, theirs: after }), after)
        }),
        { numRuns: 40 },
      )
    })

    test('property: what the server owns is always the server’s', () => {
      fc.assert(
        fc.property(anyThree, ([known, mine, theirs]) => {
          const merged = mergeDocuments(definition, { base: known, mine, theirs })
          for (const field of [...definition.kiosk.serverOwned, '_id', 'societyId']) {
            expect(merged[field]).toEqual(theirs[field])
          }
        }),
        { numRuns: 20 },
      )
    })
  },
)
