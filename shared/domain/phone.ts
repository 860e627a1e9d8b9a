/** Phones as typed at an Indian gate -> one canonical form, so that equality finds them. */

const indiaPrefix = '+91'

/** Canonical: `+91` and ten digits; other countries `+` and digits; intercom extensions digits. Null: no phone. */
export function normalisePhone(typed: string): string | null {
  const digits = digitsOf(typed)
  if (digits === null) return null
  const { international, number } = digits
  if (international) return canonicalInternational(number)
  if (number.length === 12 && number.startsWith('91')) return indiaPrefix + number.slice(2)
  if (number.length === 11 && number.startsWith('0')) return indiaPrefix + number.slice(1)
  if (number.length === 10 && !number.startsWith('0')) return indiaPrefix + number
  return number.length >= 4 && number.length <= 15 ? number : null
}

/** What a list, a print or another role may show: the last four digits, of a short number the last two. */
export function maskPhone(phone: string): string {
  const shown = phone.length > 6 ? 4 : 2
  const hidden = phone.slice(0, -shown).replace(/[0-9]/g, '•')
  return hidden + phone.slice(-shown)
}

function canonicalInternational(number: string): string | null {
  // A trunk zero after the country code is a habit, not a digit of the number.
  if (number.startsWith('910') && number.length === 13) return indiaPrefix + number.slice(3)
  return number.length >= 4 && number.length <= 15 ? `+${number}` : null
}

function digitsOf(typed: string): { international: boolean; number: string } | null {
  const plain = toAsciiDigits(typed).replace(/[\s\p{Cf}().\-–/]/gu, '')
  if (!/^\+?[0-9]+$/.test(plain)) return null
  if (plain.startsWith('+')) return { international: true, number: plain.slice(1) }
  return plain.startsWith('00') && plain.length >= 12
    ? { international: true, number: plain.slice(2) }
    : { international: false, number: plain }
}

/** Digits of any script: Unicode keeps each script's ten in a row, zero first. */
export const toAsciiDigits = (text: string): string =>
  text.replace(/(?![0-9])\p{Nd}/gu, (digit) => String(digitValue(digit.codePointAt(0) ?? 0)))

function digitValue(codePoint: number): number {
  let zero = codePoint
  while (codePoint - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--
  return codePoint - zero
}
