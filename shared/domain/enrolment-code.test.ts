import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createEnrolmentCode,
  enrolmentCodeLength,
  formatEnrolmentCode,
  normaliseEnrolmentCode,
} from './enrolment-code.ts'

const randomBytes = fc.uint8Array({ minLength: enrolmentCodeLength, maxLength: enrolmentCodeLength })

test('property: a code read aloud, typed in lower case with spaces, hyphens and look-alikes is the same code', () => {
  fc.assert(
    fc.property(randomBytes, (bytes) => {
      const code = createEnrolmentCode(bytes)
      const typed = formatEnrolmentCode(code).toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l')
      expect(normaliseEnrolmentCode(` ${typed} `)).toBe(code)
    }),
  )
})

test.each(['k7m२9qxd', 'Ｋ７M29QXD', 'K7M2\u200b\u00a09QXD', '\u202aK7M2\u00009QXD\u202c'])(
  'FAULT-1: %j is K7M29QXD, whatever script or unseen mark is in it',
  (typed) => {
    expect(normaliseEnrolmentCode(typed)).toBe('K7M29QXD')
  },
)

test.each(['', 'K7M29QX', 'K7M29QXDD', 'K7M29QXU', 'K7M29QX!', 'КK7M29QX'])('%j is no code', (typed) => {
  expect(normaliseEnrolmentCode(typed)).toBeNull()
})
