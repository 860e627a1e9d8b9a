import { describe, expect, test } from 'vitest'
import type { PersonHit } from '../../../data/kiosk-data.ts'
import { draftFromPerson, missingOf, newDraft, phoneOf, spokenPhone, toNewVisit, withType } from './draft.ts'

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
    expect(newDraft('98123 45670')).toMatchObject({ phone: '9812345670', name: '' })
    expect(newDraft('+91 98123-45670')).toMatchObject({ phone: '+919812345670', name: '' })
    expect(newDraft('सुनीता बाई')).toMatchObject({ phone: '', name: 'सुनीता बाई' })
    expect(newDraft('KA05JX4417')).toMatchObject({ phone: '', name: '' })
  })

  test('what is missing is named in the order of speech: phone, name, flat, kind', () => {
    expect(missingOf(newDraft(''))).toEqual(['phone', 'name', 'flat', 'type'])
    expect(missingOf({ ...newDraft('9812345670'), name: ' ' })).toEqual(['name', 'flat', 'type'])
  })

  test('three digits are no phone, four are an intercom, sixteen are too many', () => {
    expect(missingOf({ ...newDraft(''), phone: '123' })).toContain('phone')
    expect(missingOf({ ...newDraft(''), phone: '1234' })).not.toContain('phone')
    expect(missingOf({ ...newDraft(''), phone: '1'.repeat(16) })).toContain('phone')
  })

  test('nothing is made while a place is empty', () => {
    expect(toNewVisit(newDraft('9812345670'), { mask: false }, null)).toBeNull()
  })
})

describe('a returning visitor', () => {
  test('is one touch: nothing is missing', () => {
    const draft = draftFromPerson(person)
    expect(missingOf(draft)).toEqual([])
    expect(toNewVisit(draft, { mask: false }, null)).toMatchObject({
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

describe('a barred visitor', () => {
  const barred = draftFromPerson({ ...person, barred: 'Theft in tower B' })

  test('is never let in by a default, nor by choosing another kind', () => {
    expect(missingOf(barred)).toEqual(['approval'])
    expect(missingOf(withType(barred, 'DailyHelp'))).toEqual(['approval'])
    expect(missingOf({ ...barred, approvalMethod: 'PhoneCall' })).toEqual(['approval'])
  })

  test('is let in on the guard’s word only with a reason', () => {
    const onMyWord = { ...barred, approvalMethod: 'Override' as const }
    expect(missingOf(onMyWord)).toEqual(['reason'])
    expect(missingOf({ ...onMyWord, notes: 'Supervisor Rao asked' })).toEqual([])
  })
})

test('plates are kept without spaces and in capitals, temperatures with a comma or a point', () => {
  const draft = {
    ...draftFromPerson(person),
    vehicleNumber: 'ka 05 jx 4417',
    temperature: '36,6',
    maskWorn: false,
  }
  expect(toNewVisit(draft, { mask: true }, null)).toMatchObject({
    vehicle: { number: 'KA05JX4417' },
    temperature: 36.6,
    maskWorn: false,
  })
})

test('phones are digits with at most one plus in front, and shown in fives', () => {
  expect(phoneOf(' +91 (98)-123 45670')).toBe('+919812345670')
  expect(phoneOf('98+12')).toBe('9812')
  expect(spokenPhone('+919812345670')).toBe('+91 98123 45670')
  expect(spokenPhone('9812345670')).toBe('98123 45670')
  expect(spokenPhone('4021')).toBe('4021')
})
