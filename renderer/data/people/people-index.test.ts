import { describe, expect, it } from 'vitest'
import { createPeopleIndex } from './people-index.ts'
import type { IndexedVisit, PeopleIndex } from './people-index.ts'

const visit = (visitorId: string, entryAt: number, more: Partial<IndexedVisit> = {}): IndexedVisit => ({
  entryId: `entry-${visitorId}-${entryAt}`,
  visitorId,
  entryAt,
  inside: false,
  vehicleNumber: null,
  flatLabels: [],
  photoId: null,
  ...more,
})

function indexOf(people: readonly (readonly [id: string, name: string, phone: string])[]): PeopleIndex {
  const index = createPeopleIndex()
  for (const [visitorId, name, phone] of people) index.putPerson({ visitorId, name, phone, photoId: null })
  return index
}

const names = (index: PeopleIndex, term: string, limit = 10) => index.find(term, limit).map((row) => row.name)

describe('people index', () => {
  const index = indexOf([
    ['1', 'Ravi Kumar', '+919845012345'],
    ['2', 'सुनीता बाई', '+919845099999'],
    ['3', 'Deepak Rao', '+919000012345'],
    ['4', 'Kumar Ravindran', '+918000000004'],
  ])

  it('finds any word of a name by its beginning, in any script', () => {
    expect(names(index, 'kum').sort()).toEqual(['Kumar Ravindran', 'Ravi Kumar'])
    expect(names(index, 'sunita')).toEqual(['सुनीता बाई'])
    expect(names(index, 'dipak')).toEqual(['Deepak Rao'])
    expect(names(index, 'umar')).toEqual([])
    expect(names(index, 'ravi kumar').sort()).toEqual(['Kumar Ravindran', 'Ravi Kumar'])
  })

  it('finds a phone by any three digits, with gaps, with a leading zero, in other digits', () => {
    expect(names(index, '123').sort()).toEqual(['Deepak Rao', 'Ravi Kumar'])
    expect(names(index, '98450 12345')).toEqual(['Ravi Kumar'])
    expect(names(index, '09845012345')).toEqual(['Ravi Kumar'])
    expect(names(index, '+91 98450-12345')).toEqual(['Ravi Kumar'])
    expect(names(index, '९८४५०१२३४५')).toEqual(['Ravi Kumar'])
  })

  it('finds a vehicle by any part and a flat by its label', () => {
    const parked = indexOf([['1', 'Ravi', '+919845012345']])
    parked.putVisit(visit('1', 10, { vehicleNumber: 'KA05JX4417', flatLabels: ['A-1203'] }))
    for (const term of ['4417', 'ka05', 'a1203', 'A-1203', '1203', 'ravi 1203', '12'])
      expect(names(parked, term), term).toEqual(['Ravi'])
    for (const term of ['203x', '9999', 'ravi 77']) expect(names(parked, term), term).toEqual([])
  })

  it('FAULT-3: finds every plate that a person was seen with, however it is spaced', () => {
    const parked = indexOf([
      ['1', 'Ravi', '+919845012345'],
      ['2', 'Asha', '+919845012346'],
    ])
    parked.putVisit(visit('1', 30, { vehicleNumber: 'MH12AB1234', flatLabels: ['A-1203'] }))
    parked.putVisit(visit('1', 10, { vehicleNumber: '22BH1234AA', flatLabels: ['C-7'] }))
    parked.putVisit(visit('2', 40, { vehicleNumber: 'MH12AB1299' }))
    for (const term of [
      'MH 12 AB 1234',
      'mh-12-ab-1234',
      'MH.12.AB.1234',
      'mh12ab1234',
      '22 BH 1234 AA',
      'ravi mh 12 ab 1234',
    ])
      expect(names(parked, term), term).toEqual(['Ravi'])
    for (const term of ['A 1203', 'a1203', 'A/1203', '1203 A', 'ravi a 1203'])
      expect(names(parked, term), term).toEqual(['Ravi'])
    for (const term of ['asha mh 12 ab 1234', 'B 1203', 'C 7']) expect(names(parked, term), term).toEqual([])
  })

  it('FAULT-3: variants of a name stand below it, even of those inside', () => {
    const variants = indexOf([
      ['1', 'Mohammed Rafi', '+919845012345'],
      ['2', 'Muhammad Ali', '+919845012346'],
    ])
    variants.putVisit(visit('1', 30, { inside: true }))
    expect(names(variants, 'muhammad')).toEqual(['Muhammad Ali', 'Mohammed Rafi'])
    expect(names(variants, 'muhammad', 1)).toEqual(['Muhammad Ali'])
  })

  it('ranks who is inside first, then the exact phone, then a name that begins so, then the last seen', () => {
    const ranked = indexOf([
      ['old', 'Asha A', '+919845000001'],
      ['new', 'Asha B', '+919845000002'],
      ['inside', 'Zed Asha', '+919845000003'],
      ['second', 'Big Asha', '+919845000004'],
    ])
    ranked.putVisit(visit('old', 10))
    ranked.putVisit(visit('new', 20))
    ranked.putVisit(visit('inside', 5, { inside: true }))
    ranked.putVisit(visit('second', 30))
    expect(names(ranked, 'asha')).toEqual(['Zed Asha', 'Asha B', 'Asha A', 'Big Asha'])
    expect(names(ranked, '9845000001')).toEqual(['Asha A'])
    expect(names(ranked, '')).toEqual(['Big Asha', 'Asha B', 'Asha A', 'Zed Asha'])
    expect(names(ranked, 'asha', 2)).toEqual(['Zed Asha', 'Asha B'])
  })

  it('knows who is inside, however late the older visits are read', () => {
    const late = indexOf([['1', 'Ravi', '+919845012345']])
    late.putVisit(visit('1', 20, { entryId: 'e2', inside: true }))
    late.putVisit(visit('1', 10, { entryId: 'e1' }))
    expect(late.person('1')).toMatchObject({ insideEntryId: 'e2', lastEntryId: 'e2', lastSeenAt: 20 })
    late.putVisit(visit('1', 20, { entryId: 'e2' }))
    expect(late.person('1')?.insideEntryId).toBeNull()
  })

  it('forgets a person who was erased (P7)', () => {
    const erased = indexOf([['1', 'Ravi', '+919845012345']])
    erased.removePerson('1')
    expect(names(erased, 'ravi')).toEqual([])
    expect(erased.size()).toBe(0)
  })
})
