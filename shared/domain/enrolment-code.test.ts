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

test.each(['', 'K7M29QX', 'K7M29QXDD', 'K7M29QXU', 'K7M29QX!', 'ＫK7M29QX', 'K7M2\u00009QXD'])(
  '%j is no code',
  (typed) => {
    expect(normaliseEnrolmentCode(typed)).toBeNull()
  },
)
