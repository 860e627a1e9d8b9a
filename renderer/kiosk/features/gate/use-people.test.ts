import { expect, test } from 'vitest'
import type { PersonHit } from '../../../data/kiosk-data.ts'
import { digitsChoose } from './use-gate-keys.ts'
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
  expect(isCertain({ hits: [hit('+919812345670')], current: true }, 'ravi')).toBe(true)
  expect(isCertain({ hits: two, current: true }, 'ravi')).toBe(false)
  expect(isCertain({ hits: two, current: true }, '98123 45670')).toBe(true)
  expect(isCertain({ hits: two, current: true }, '9812345671')).toBe(false)
  expect(isCertain({ hits: [], current: true }, 'ravi')).toBe(false)
})

test('results of earlier words never count', () => {
  expect(isCertain({ hits: [hit('+919812345670')], current: false }, '9812345670')).toBe(false)
})

test('a digit chooses a row only where it cannot belong to a phone, flat or plate', () => {
  expect(digitsChoose('ravi', [])).toBe(true)
  expect(digitsChoose('सुनीता', [])).toBe(true)
  for (const term of ['', 'a', 'ka', '98', 'ka05', 'a-1']) expect(digitsChoose(term, []), term).toBe(false)
})

test('in a society with a tower called Tulip the digits after `tulip` are a flat’s', () => {
  const inTulip = { ...hit('1'), lastFlats: [{ flatId: '1', label: 'Tulip-304', residents: [] }] }
  expect(digitsChoose('tulip', [inTulip])).toBe(false)
  expect(digitsChoose('ravi', [inTulip])).toBe(true)
})
