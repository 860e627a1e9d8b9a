import { plainText } from './text.ts'

/** Eight characters of Crockford's base32: no I, L, O, U, so that a code survives being read aloud. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
export const enrolmentCodeLength = 8
/** How long an admin's code is good for. */
export const enrolmentCodeLifeMs = 15 * 60 * 1000

const codePattern = /^[0-9A-HJKMNP-TV-Z]{8}$/

/** 40 bits of randomness: the low five of each byte. */
export function createEnrolmentCode(randomBytes: Uint8Array): string {
  if (randomBytes.length !== enrolmentCodeLength) throw new Error('An enrolment code needs 8 random bytes.')
  return Array.from(randomBytes, (byte) => alphabet.charAt(byte & 31)).join('')
}

/** What was typed -> the code that was issued; null where it cannot be one. */
export function normaliseEnrolmentCode(typed: string): string | null {
  const code = plainText(typed)
    .toUpperCase()
    .replace(/[\s\-–_.]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  return codePattern.test(code) ? code : null
}

/** For people: `K7M2-9QXD`. */
export const formatEnrolmentCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`
