import { expect, test } from 'vitest'
import type { PersonHit } from '../../../data/kiosk-data.ts'
import { isCertain } from './use-people.ts'

const hit = (phone: string): PersonHit => ({
  visitorId: phone,
  name: 'Ravi Kumar',
  phone,
  photoId: null,
  lastFlats: [],
  lastEntryType: null,
  lastPurpose: null,
  lastVehicle: null,
  lastSeenAt: null,
  insideEntryId: null,
  barred: null,
})

test('Enter lets in at once only whom the words leave no doubt about', () => {
  const two = [hit('+919812345670'), hit('+919812345671')]
  const certain = (hits: readonly PersonHit[], term: string) => isCertain({ hits, current: true }, term, 'IN')
  expect(certain(two, '98123 45670')).toBe(true)
  expect(certain(two, '(+91) ९८१२३ ४५६७०')).toBe(true)
  expect(certain(two, '9812345671')).toBe(false)
  expect(certain([], '9812345670')).toBe(false)
})

test('FAULT-2: a part of a number, a name and another country’s number are suggestions', () => {
  const alone = [hit('+919876543210')]
  for (const term of ['ravi', '987654', '+1 987 654 3210', '+44 98765 43210'])
    expect(isCertain({ hits: alone, current: true }, term, 'IN'), term).toBe(false)
})

test('FAULT-2: two people on one phone are not certain', () => {
  const family = [hit('+919876543210'), { ...hit('+919876543210'), visitorId: 'wife' }]
  expect(isCertain({ hits: family, current: true }, '9876543210', 'IN')).toBe(false)
})

test('results of earlier words never count', () => {
  expect(isCertain({ hits: [hit('+919812345670')], current: false }, '9812345670', 'IN')).toBe(false)
})
