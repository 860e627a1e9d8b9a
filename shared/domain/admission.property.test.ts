import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { approvalMethods, reviewReasons } from '../collections/visitor-entries.ts'
import type { WatchlistRow } from '../collections/watchlist.ts'
import { sampleIds, sampleNow } from '../test-data/visits.ts'
import { judgeAdmission } from './admission.ts'
import type { AdmissionFacts, JudgedVisit } from './admission.ts'

const row = (more: Partial<WatchlistRow>): WatchlistRow => ({
  _id: 'c'.repeat(24),
  societyId: sampleIds.society,
  createdAt: sampleNow,
  updatedAt: sampleNow,
  reason: 'Theft in tower B',
  isActive: true,
  ...more,
})
const newcomer: JudgedVisit = {
  visitorIds: [],
  isNew: true,
  name: 'Ravi Kumar',
  phone: '98450 12345',
  plate: null,
  approvalMethod: 'PhoneCall',
  overrideReason: null,
  nameChecked: false,
}
const facts = (...watchlist: WatchlistRow[]): AdmissionFacts => ({
  now: sampleNow,
  watchlist,
  isInside: false,
  phoneRegion: 'IN',
})

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`))
const mobile = fc.tuple(fc.constantFrom('98', '99', '70'), digits(8)).map((parts) => parts.join(''))
/** Ways in which one number is said. */
const spoken = (phone: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    phone,
    `+91${phone}`,
    `0${phone}`,
    `(+91) ${phone.slice(0, 5)}-${phone.slice(5)}`,
    `\u202a+91 ${phone}\u202c`,
    phone.replace(/\d/g, (digit) => String.fromCodePoint(0x966 + Number(digit))),
  )
const platePattern = /^(?:MH|KA|DL)[0-9]{2}[A-Z]{2}[0-9]{4}$/
const plate = fc.stringMatching(platePattern)
const writtenPlate = (number: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    number,
    number.toLowerCase(),
    `${number.slice(0, 4)} ${number.slice(4, 6)}-${number.slice(6)}`,
  )

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const someName = fc.constantFrom('Ravi Kumar', 'Asha Rane', 'रवि कुमार', '')
const anyRow = fc
  .record({
    name: optional(fc.constantFrom('Ravi Kumar', 'Asha Rane')),
    phone: optional(fc.constantFrom('+919845012345', '9845012345', '4021')),
    vehicleNumber: optional(fc.constantFrom('KA05JX4417', 'ka 05 jx 4417')),
    visitorId: optional(fc.constantFrom(sampleIds.visitor, sampleIds.guard)),
    isActive: fc.boolean(),
    validTo: optional(fc.integer({ min: -1, max: 1 }).map((ms) => sampleNow + ms)),
  })
  .map((more) => row(Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined))))
const anyVisit: fc.Arbitrary<JudgedVisit> = fc.record({
  visitorIds: fc.subarray([sampleIds.visitor, sampleIds.guard]),
  isNew: fc.boolean(),
  name: someName,
  phone: fc.constantFrom('98450 12345', '4021', '98450 00000', ''),
  plate: fc.constantFrom(null, '', 'KA 05 JX 4417', 'MH12AB1234'),
  approvalMethod: fc.constantFrom(null, ...approvalMethods),
  overrideReason: fc.constantFrom(null, '', ' \u200b ', 'Supervisor Rao asked'),
  nameChecked: fc.boolean(),
})
const anyFacts: fc.Arbitrary<AdmissionFacts> = fc.record({
  now: fc.constant(sampleNow),
  watchlist: fc.array(anyRow, { maxLength: 4 }),
  isInside: fc.boolean(),
  phoneRegion: fc.constantFrom(undefined, 'IN'),
})

describe('FAULT-4: the one rule for every entry', () => {
  test('property: a barred phone, typed in whatever way, is caught, also of somebody new', () => {
    const both = mobile.chain((phone) => fc.tuple(fc.constant(phone), spoken(phone), fc.boolean()))
    fc.assert(
      fc.property(both, ([phone, typed, isNew]) => {
        const visit = { ...newcomer, phone: typed, isNew }
        const barred = judgeAdmission(visit, facts(row({ phone: `+91${phone}` })))
        expect(barred).toMatchObject({ admitted: false, need: 'override', bar: { by: 'phone' } })
        expect(judgeAdmission(visit, facts(row({ phone: `+1${phone}` })))).toMatchObject({ bar: null })
      }),
    )
  })

  test('property: a barred plate is caught however it is written, of somebody known and new', () => {
    const both = plate.chain((number) => fc.tuple(writtenPlate(number), writtenPlate(number), fc.boolean()))
    fc.assert(
      fc.property(both, ([barred, typed, isNew]) => {
        const visit = { ...newcomer, isNew, plate: typed }
        expect(judgeAdmission(visit, facts(row({ vehicleNumber: barred })))).toMatchObject({
          admitted: false,
          rule: 'Watchlist',
          bar: { by: 'plate', reason: 'Theft in tower B' },
        })
      }),
    )
  })

  test('property: who is admitted is not inside, passes no certain bar without override, and no override without a reason', () => {
    fc.assert(
      fc.property(anyVisit, anyFacts, (visit, given) => {
        const { admitted, bar, marks } = judgeAdmission(visit, given)
        expect(marks).toEqual(reviewReasons.filter((mark) => marks.includes(mark)))
        if (!admitted) return
        expect(given.isInside).toBe(false)
        expect(marks).not.toContain('ReasonMissing')
        if (bar !== null && bar.by !== 'name') expect(visit.approvalMethod).toBe('Override')
        if (bar?.by === 'name') expect(visit.nameChecked || visit.approvalMethod === 'Override').toBe(true)
        if (visit.approvalMethod === 'Override')
          expect(visit.overrideReason?.trim()).toBe('Supervisor Rao asked')
      }),
      { numRuns: 2_000 },
    )
  })

  test('property: doing what it says would allow it ends in the visit being admitted', () => {
    const need = {
      exit: (visit: JudgedVisit, given: AdmissionFacts) => [visit, { ...given, isInside: false }] as const,
      override: (visit: JudgedVisit, given: AdmissionFacts) =>
        [{ ...visit, approvalMethod: 'Override' as const }, given] as const,
      overrideReason: (visit: JudgedVisit, given: AdmissionFacts) =>
        [{ ...visit, overrideReason: 'Emergency' }, given] as const,
      nameCheck: (visit: JudgedVisit, given: AdmissionFacts) =>
        [{ ...visit, nameChecked: true }, given] as const,
    }
    fc.assert(
      fc.property(anyVisit, anyFacts, (visit, given) => {
        let [toJudge, known] = [visit, given]
        for (let step = 0; step < 4; step += 1) {
          const said = judgeAdmission(toJudge, known)
          if (said.admitted) return
          ;[toJudge, known] = need[said.need](toJudge, known)
        }
        expect(judgeAdmission(toJudge, known).admitted).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  test('property: a row that is over or taken back bars nobody', () => {
    fc.assert(
      fc.property(
        anyVisit,
        fc.array(anyRow, { maxLength: 4 }),
        fc.integer({ min: 1, max: 9e9 }),
        (visit, rows, ms) => {
          const off = rows.map((one, n) =>
            n % 2 === 0 ? { ...one, isActive: false } : { ...one, validTo: sampleNow - ms },
          )
          expect(judgeAdmission(visit, facts(...off)).bar).toBeNull()
        },
      ),
    )
  })
})

describe('FAULT-4: a barred name', () => {
  test('of somebody new is a question, in whatever script it is written, and the guard answers it', () => {
    const barred = facts(row({ name: 'Ravi Kumar', phone: '+919999999999' }))
    const typed = { ...newcomer, name: 'रवि कुमार' }
    expect(judgeAdmission(typed, barred)).toMatchObject({
      admitted: false,
      rule: 'WatchlistName',
      need: 'nameCheck',
      bar: { by: 'name' },
    })
    expect(judgeAdmission({ ...typed, nameChecked: true }, barred)).toMatchObject({
      admitted: true,
      marks: ['WatchlistName'],
    })
  })

  test('of somebody known is asked only where the row knows nothing better', () => {
    const known = { ...newcomer, isNew: false, visitorIds: [sampleIds.visitor] }
    expect(judgeAdmission(known, facts(row({ name: 'Ravi Kumar', phone: '+919999999999' }))).bar).toBeNull()
    expect(judgeAdmission(known, facts(row({ name: 'Ravi Kumar' }))).bar).toMatchObject({ by: 'name' })
  })

  test('does not hide what is certain by a later row', () => {
    const rows = facts(row({ name: 'Ravi Kumar', reason: 'Namesake' }), row({ phone: '+919845012345' }))
    expect(judgeAdmission({ ...newcomer, nameChecked: true }, rows)).toMatchObject({
      admitted: false,
      bar: { by: 'phone', reason: 'Theft in tower B' },
    })
  })

  test('of a person, also by whoever is linked with him', () => {
    const known = { ...newcomer, isNew: false, visitorIds: [sampleIds.visitor, sampleIds.guard] }
    expect(judgeAdmission(known, facts(row({ visitorId: sampleIds.guard })))).toMatchObject({
      need: 'override',
      bar: { by: 'person' },
    })
  })
})
