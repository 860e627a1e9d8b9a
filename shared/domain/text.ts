/**
 * What people type, paste or scan: any script's digits, with marks in it that nobody sees. One form is stored,
 * a plainer one is judged and compared.
 */

/** U+2800 is Braille's blank: a letter to Unicode, nothing to the eye. */
const blanks = /[\s\x85\u2800]+/gu

/** With the selectors that choose between two shapes of one letter. */
const joiner = '[\\u200c\\u200d\\ufe00-\\ufe0f]'
const joiners = new RegExp(joiner, 'gu')

/** Malayalam, Bengali, Persian and emoji need a joiner; anywhere else it is an accident of a paste. */
const needlessJoiners = new RegExp(
  `(?<![\\p{L}\\p{M}\\p{Extended_Pictographic}])${joiner}+|(?<=\\p{Script=Latin})${joiner}+`,
  'gu',
)

const unseen = new RegExp(
  `(?!${joiner})\\p{Default_Ignorable_Code_Point}|[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f]|\\p{Cs}`,
  'gu',
)

/** One line for the store. Empty where there is nothing to see in it. */
export const cleanLine = (typed: string): string =>
  typed.replace(unseen, '').replace(needlessJoiners, '').replace(blanks, ' ').trim().normalize('NFC')

/** Several lines for the store: a note. */
export const cleanLines = (typed: string): string =>
  typed
    .split(/\r\n?|\n/u)
    .map(cleanLine)
    .join('\n')
    .trim()

/** To judge and to compare, never to store: one form of each letter, digits 0-9, no joiners. Case stays. */
export const plainText = (text: string): string =>
  toAsciiDigits(cleanLine(text).normalize('NFKC')).replace(joiners, '').replace(blanks, ' ').trim()

/** Small letters and digits only: `KA 05-JX.4417` and `ka05jx4417` are the same. */
export const compactText = (text: string): string =>
  plainText(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '')

/** The ten digits of any script of Unicode, as those of a keyboard. */
export const toAsciiDigits = (text: string): string =>
  text.replace(/(?![0-9])\p{Nd}/gu, (digit) => String(digitValue(digit.codePointAt(0) ?? 0)))

/** Each script's ten stand in a row, zero first; some rows follow each other without a gap. */
function digitValue(codePoint: number): number {
  let first = codePoint
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--
  return (codePoint - first) % 10
}
