import { describe, expect, test } from 'vitest'
import type { WatchlistRow } from '@chowki/shared/collections/watchlist.ts'
import type { PersonHit } from '../../../data/kiosk-data.ts'
import {
  answeredDraft,
  draftFromPerson,
  holdsAadhaar,
  missingOf,
  newDraft,
  spokenPhone,
  toNewVisit,
  withName,
  withPhone,
  withType,
} from './draft.ts'
import type { VisitDraft } from './draft.ts'
import { judgeDraft } from './draft-admission.ts'

const plain = { asksMask: false, phoneRegion: 'IN' }
const flat = { flatId: 'a'.repeat(24), label: 'A-1203', residents: [] }
const person: PersonHit = {
  visitorId: 'b'.repeat(24),
  name: 'Ravi Kumar',
  phone: '+919900010000',
  photoId: null,
  lastFlats: [flat],
  lastEntryType: 'Delivery',
  lastPurpose: 'Parcel',
  lastVehicle: { number: 'KA05JX4417', type: 'Bike' },
  lastSeenAt: 1_700_000_000_000,
  insideEntryId: null,
  barred: null,
}

describe('a new visitor', () => {
  test('what was searched is kept: digits are a phone, words a name, a plate neither', () => {
    expect(newDraft('98123 45670')).toMatchObject({ phone: '98123 45670', name: '' })
    expect(newDraft('(+91) 98123-45670')).toMatchObject({ phone: '(+91) 98123-45670', name: '' })
    expect(newDraft('सुनीता बाई')).toMatchObject({ phone: '', name: 'सुनीता बाई' })
    expect(newDraft('९८१२३ ४५६७०')).toMatchObject({ phone: '98123 45670', name: '' })
    expect(newDraft('\u202a9812345670\u202c')).toMatchObject({ phone: '9812345670', name: '' })
    expect(newDraft('KA05JX4417')).toMatchObject({ phone: '', name: '' })
  })

  test('what is missing is named in the order of speech: phone, name, flat, kind', () => {
    expect(missingOf(newDraft(''))).toEqual(['phone', 'name', 'flat', 'type'])
    expect(missingOf({ ...newDraft('9812345670'), name: ' ' })).toEqual(['name', 'flat', 'type'])
  })

  test('FAULT-1: a name that nobody can see is missing', () => {
    expect(missingOf({ ...newDraft('9812345670'), name: '\u200b' })).toContain('name')
  })

  test('FAULT-1: three digits are no phone, four are an intercom, nine and eleven are none', () => {
    for (const phone of ['981234567', '98123456701', '91987654321', '+1 987 654 3210'])
      expect(missingOf({ ...newDraft(''), phone }), phone).toContain('phone')
    expect(missingOf({ ...newDraft(''), phone: '50 123 4567' }, 'AE')).not.toContain('phone')
    expect(missingOf({ ...newDraft(''), phone: '123' })).toContain('phone')
    expect(missingOf({ ...newDraft(''), phone: '1234' })).not.toContain('phone')
    expect(missingOf({ ...newDraft(''), phone: '+44 20 7946 0958' })).not.toContain('phone')
  })

  test('nothing is made while a place is empty', () => {
    expect(toNewVisit(newDraft('9812345670'), plain, null)).toBeNull()
  })
})

describe('a returning visitor', () => {
  test('is one touch: nothing is missing', () => {
    const draft = draftFromPerson(person)
    expect(missingOf(draft)).toEqual([])
    expect(toNewVisit(draft, plain, null)).toMatchObject({
      visitorId: person.visitorId,
      flatIds: [flat.flatId],
      entryType: 'Delivery',
      purpose: 'Parcel',
      vehicle: { number: 'KA05JX4417', type: 'Bike' },
      approvalMethod: 'PhoneCall',
      temperature: null,
      maskWorn: null,
      notes: null,
    })
  })

  test('another kind drops a purpose that does not fit it, and takes its usual approval', () => {
    expect(withType(draftFromPerson(person), 'DailyHelp')).toMatchObject({
      purpose: null,
      approvalMethod: 'Standing',
    })
    expect(withType(draftFromPerson(person), 'Delivery')).toMatchObject({ purpose: 'Parcel' })
  })
})

describe('FAULT-4: what the one rule for every entry asks for', () => {
  const envelope = { _id: 'd'.repeat(24), societyId: 'e'.repeat(24), createdAt: 1, updatedAt: 1 }
  const row = { ...envelope, reason: 'Theft in tower B', isActive: true }
  const missingIn = (draft: VisitDraft, ...watchlist: WatchlistRow[]) =>
    missingOf(draft, 'IN', judgeDraft(draft, { now: 2, watchlist, phoneRegion: 'IN' }))
  const known = draftFromPerson(person)
  const typed = withType({ ...newDraft('98123 45670'), name: 'Asha Rane', flats: [flat] }, 'Guest')

  test('a barred person is never let in by a default, nor by choosing another kind', () => {
    const bar = { ...row, visitorId: person.visitorId }
    expect(missingIn(known, bar)).toEqual(['approval'])
    expect(missingIn(withType(known, 'DailyHelp'), bar)).toEqual(['approval'])
    expect(missingIn(known)).toEqual([])
  })

  test('a barred phone typed as new, and a barred plate typed for somebody known, are caught', () => {
    expect(missingIn(typed, { ...row, phone: '+919812345670' })).toEqual(['approval'])
    const plated = { ...known, vehicleNumber: 'mh 12 ab 1234' }
    expect(missingIn(plated, { ...row, vehicleNumber: 'MH12AB1234' })).toEqual(['approval'])
  })

  test('on the guard’s word only with a reason, barred or not; it is stored as the override’s, not as a note', () => {
    const onMyWord = { ...known, approvalMethod: 'Override' as const }
    expect(missingIn(onMyWord)).toEqual(['reason'])
    expect(missingIn({ ...onMyWord, notes: 'two bags' })).toEqual(['reason'])
    const said = { ...onMyWord, overrideReason: 'Emergency' }
    expect(missingIn(said, { ...row, visitorId: person.visitorId })).toEqual([])
    expect(toNewVisit(said, plain, null)).toMatchObject({ overrideReason: 'Emergency', notes: null })
    expect(toNewVisit({ ...said, approvalMethod: 'PhoneCall' }, plain, null)?.overrideReason).toBeNull()
  })

  test('a name like a barred one waits for the guard’s answer; another name asks anew', () => {
    const bar = { ...row, name: 'Asha Rane' }
    expect(missingIn(typed, bar)).toEqual(['nameCheck'])
    const answered = { ...typed, nameChecked: true }
    expect(missingIn(answered, bar)).toEqual([])
    expect(missingIn(withName(answered, 'आशा राणे'), bar)).toEqual(['nameCheck'])
  })
})

test('plates are kept without spaces and in capitals, temperatures with a comma or a point', () => {
  const draft = {
    ...draftFromPerson(person),
    vehicleNumber: 'ka 05 jx 4417',
    temperature: '36,6',
    maskWorn: false,
  }
  expect(toNewVisit(draft, { ...plain, asksMask: true }, null)).toMatchObject({
    vehicle: { number: 'KA05JX4417' },
    temperature: 36.6,
    maskWorn: false,
  })
})

test('FAULT-1: a known visitor whose stored number would not be taken today can still come in', () => {
  expect(missingOf({ ...draftFromPerson(person), phone: '91987654321' })).toEqual([])
})

test('FAULT-4 P7: an Aadhaar number in any place is spoken of, and is no phone', () => {
  const draft = newDraft('Ravi')
  expect(holdsAadhaar(draft)).toBe(false)
  for (const place of ['name', 'phone', 'vehicleNumber', 'notes', 'overrideReason'])
    expect(holdsAadhaar({ ...draft, [place]: '2345 6789 0124' }), place).toBe(true)
  expect(missingOf({ ...draft, phone: '2345 6789 0124' })).toContain('phone')
})

test('phones are shown in fives', () => {
  expect(spokenPhone('+919812345670')).toBe('+91 98123 45670')
  expect(spokenPhone('9812345670')).toBe('98123 45670')
  expect(spokenPhone('4021')).toBe('4021')
})

describe('whose the phone is', () => {
  test('FAULT-2: who turns out to be known comes under his own name; what was written of the visit stays', () => {
    const other = { flatId: 'c'.repeat(24), label: 'B-4', residents: [] }
    const typed = { ...newDraft('9900010000'), name: 'Meena', notes: 'two bags', flats: [other] }
    expect(answeredDraft(typed, person)).toMatchObject({
      visitorId: person.visitorId,
      name: 'Ravi Kumar',
      phone: '+919900010000',
      flats: [other],
      notes: 'two bags',
      entryType: 'Delivery',
      purpose: 'Parcel',
      vehicleNumber: 'KA05JX4417',
    })
    expect(answeredDraft(withType(typed, 'Guest'), person)).toMatchObject({
      entryType: 'Guest',
      purpose: null,
      approvalMethod: 'PhoneCall',
    })
  })

  test('FAULT-2: what was said of one phone is not said of another', () => {
    const said = { ...newDraft('9900010000'), newPerson: true }
    expect(withPhone(said, '9900010001')).toMatchObject({ phone: '9900010001', newPerson: false })
  })
})
