import { expect, test } from 'vitest'
import { matchQuery } from '@chowki/shared/domain/person-match.ts'
import type { Visit } from '../../../data/kiosk-data.ts'
import { byUrgency, matchesVisit, overstayMsOf } from './overstay.ts'

const now = 1_700_000_000_000
const minute = 60_000

const visit = (name: string, minutesAgo: number, dueMinutes: number | null): Visit => ({
  entryId: name,
  visitorId: name,
  name,
  phone: '+919812345670',
  flats: ['A-1203', 'B-4'],
  entryType: 'Delivery',
  purpose: null,
  vehicle: { number: 'KA05JX4417', type: 'Bike' },
  entryAt: now - minutesAgo * minute,
  exitAt: null,
  writtenAt: null,
  gateName: 'Main Gate',
  alsoOpen: [],
  entryPhotoId: null,
  approvalMethod: 'PhoneCall',
  dueAt: dueMinutes === null ? null : now - minutesAgo * minute + dueMinutes * minute,
  mark: 'synced',
  photoMark: null,
})

test('a visit overstays from the moment it is due, one without a due time or that has left never', () => {
  expect(overstayMsOf(visit('late', 45, 30), now)).toBe(15 * minute)
  expect(overstayMsOf(visit('in time', 29, 30), now)).toBe(0)
  expect(overstayMsOf(visit('guest', 600, null), now)).toBe(0)
  expect(overstayMsOf({ ...visit('left', 45, 30), exitAt: now }, now)).toBe(0)
})

test('the longest overstay stands first, then the newest', () => {
  const listed = [visit('old', 90, null), visit('late', 40, 30), visit('new', 1, 30), visit('later', 60, 30)]
  expect(listed.toSorted(byUrgency(now)).map((v) => v.name)).toEqual(['later', 'late', 'new', 'old'])
})

test('the filter finds by name, phone, flat with or without its dash, and plate', () => {
  const ravi = visit('Ravi Kumar', 5, 30)
  for (const term of ['rav', 'KUMAR ravi', '45670', 'a-12', 'a1203', 'b4', '4417', ''])
    expect(matchesVisit(ravi, matchQuery(term, 'IN')), term).toBe(true)
  for (const term of ['ravi asif', 'c-1', '9999'])
    expect(matchesVisit(ravi, matchQuery(term, 'IN')), term).toBe(false)
})

test('FAULT-3: the inside list finds as the gate does: scripts, whole phones, other digits, plates and flats in pieces', () => {
  const ramesh = { ...visit('रमेश', 5, 30), phone: '+919876543210' }
  for (const term of [
    'ramesh',
    '09876543210',
    '९८७६५',
    '(+91) 98765 43210',
    'KA 05 JX 4417',
    '1203 A',
    'ramesh a 1203',
  ])
    expect(matchesVisit(ramesh, matchQuery(term, 'IN')), term).toBe(true)
  for (const term of ['suresh', '09876543211', 'KA 05 JX 4418', '1204 A'])
    expect(matchesVisit(ramesh, matchQuery(term, 'IN')), term).toBe(false)
})
