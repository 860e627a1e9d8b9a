import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { epochMsMax, epochMsMin } from '../collections/fields.ts'
import { visitorEntriesCollection } from '../collections/visitor-entries.ts'
import { validateDocument } from '../projections/validate.ts'
import { sampleDesk, sampleDetails, sampleIds, sampleNow, sampleVisit } from '../test-data/visits.ts'
import { buildEntry, buildExit, cancelEntry, dueAt, isOverstay, undoExit } from './visit.ts'

const guardId = sampleIds.otherGuard

describe('entry', () => {
  test('holds who, where to, when and by whom, and nothing that was not asked', () => {
    const visit = sampleVisit({ flatIds: [sampleIds.flat, sampleIds.otherFlat, sampleIds.flat], notes: '  ' })
    expect(visit).toMatchObject({
      flatId: sampleIds.flat,
      flatIds: [sampleIds.flat, sampleIds.otherFlat],
      state: 'Inside',
      approvalStatus: 'Approved',
      approvalMethod: 'PhoneCall',
      deviceTime: sampleNow,
      sortKey: 10 ** 13 - sampleNow,
    })
    expect(visit).not.toHaveProperty('notes')
    expect(visit).not.toHaveProperty('temperature')
  })

  test('a vehicle’s number is kept in one form', () => {
    const visit = sampleVisit({ vehicle: { number: 'mh 12 ab-1234', type: 'Car' } })
    expect(visit.vehicleDetails).toEqual({ number: 'MH12AB1234', type: 'Car' })
  })

  test.each([
    ['flatIds', { flatIds: [] }],
    ['flatIds/1', { flatIds: [sampleIds.flat, 'B-2'] }],
    ['visitorId', { visitorId: 'x' }],
    ['purpose', { purpose: 'x'.repeat(121) }],
    ['vehicleDetails/number', { vehicle: { number: ' -.', type: 'Car' as const } }],
    ['temperature', { temperature: 500 }],
    ['passCode', { passCode: '12' }],
  ])('an error names %s and repeats no value', (field, details) => {
    const built = buildEntry({ ...sampleDetails, ...details }, sampleDesk)
    expect(built).toMatchObject({ ok: false, error: { code: 'invalid_document', field } })
    if (!built.ok) expect(built.error.message).not.toContain('xxx')
  })

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, epochMsMax + 1, 1.5e12 + 0.25])(
    'P1: a desk whose clock says %d still saves the visit',
    (now) => {
      const built = buildEntry(sampleDetails, { ...sampleDesk, now })
      expect(built.ok).toBe(true)
      if (built.ok) expect(built.value.entryDateTime).toBeGreaterThanOrEqual(epochMsMin)
    },
  )
})

describe('exit', () => {
  test('is kept with its guard and photo; a second one is refused', () => {
    const left = buildExit(sampleVisit(), { now: sampleNow + 1, guardId, exitPhotoId: sampleIds.photo })
    if (!left.ok) throw new Error(left.error.message)
    expect(left.value).toMatchObject({
      state: 'Left',
      exitDateTime: sampleNow + 1,
      exitGuard: guardId,
      exitPhoto: sampleIds.photo,
    })
    expect(buildExit(left.value, { now: sampleNow + 2, guardId })).toMatchObject({
      error: { field: 'state' },
    })
  })

  test('taken back, the visit is inside as before', () => {
    const visit = sampleVisit()
    const left = buildExit(visit, { now: sampleNow + 1, guardId, exitPhotoId: sampleIds.photo })
    if (!left.ok) throw new Error(left.error.message)
    const moment = { now: sampleNow + 5, guardId, isInsideAgain: false }
    expect(undoExit(left.value, moment)).toEqual({ ok: true, value: { ...visit, updatedAt: sampleNow + 5 } })
    expect(undoExit(visit, moment)).toEqual({ ok: true, value: visit })
  })

  test('FAULT-2: an undo looks at what has happened since', () => {
    const overtaken = { ok: false, error: { code: 'undo_overtaken' } }
    const later = { now: sampleNow + 5, guardId }
    const left = buildExit(sampleVisit(), { now: sampleNow + 1, guardId })
    const cancelled = cancelEntry(sampleVisit(), { now: sampleNow + 1, guardId })
    if (!left.ok || !cancelled.ok) throw new Error('not built')
    expect(undoExit(left.value, { ...later, isInsideAgain: true })).toMatchObject(overtaken)
    const other = { ...later, guardId: sampleIds.guard, isInsideAgain: false }
    expect(undoExit(left.value, other)).toMatchObject(overtaken)
    expect(undoExit(cancelled.value, { ...later, isInsideAgain: false })).toMatchObject(overtaken)
    expect(cancelEntry(left.value, later)).toMatchObject(overtaken)
    expect(cancelEntry(cancelled.value, later)).toEqual({ ok: true, value: cancelled.value })
  })

  test('property: P1: whatever the clock does, a change is later than what it changes, and valid', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e13, max: 1e13 }),
        fc.integer({ min: -1e13, max: 1e13 }),
        (then, now) => {
          const entry = buildEntry(sampleDetails, { ...sampleDesk, now: then })
          if (!entry.ok) throw new Error(entry.error.message)
          for (const change of [buildExit, cancelEntry]) {
            const changed = change(entry.value, { now, guardId })
            if (!changed.ok) throw new Error(changed.error.message)
            expect(validateDocument(visitorEntriesCollection, changed.value).ok).toBe(true)
            expect(changed.value.exitDateTime).toBeGreaterThanOrEqual(entry.value.entryDateTime)
            if (then < epochMsMax) expect(changed.value.updatedAt).toBeGreaterThan(entry.value.updatedAt)
          }
        },
      ),
    )
  })
})

describe('overstay', () => {
  const delivery = sampleVisit({ entryType: 'Delivery' })
  const minutes = { Delivery: 30 }

  test('is due by kind, and only while inside', () => {
    expect(dueAt(delivery, minutes)).toBe(sampleNow + 30 * 60_000)
    expect(dueAt(sampleVisit(), minutes)).toBeNull()
    expect(dueAt({ ...delivery, state: 'Left' }, minutes)).toBeNull()
  })

  test('begins after the last minute', () => {
    expect(isOverstay(delivery, minutes, sampleNow + 30 * 60_000)).toBe(false)
    expect(isOverstay(delivery, minutes, sampleNow + 30 * 60_000 + 1)).toBe(true)
  })
})
