/**
 * Aadhaar numbers are never kept, only their last four digits (P7). A number is one of twelve digits, in any
 * script, written together or in fours, that passes Verhoeff's check; phones with their country, cards of sixteen
 * digits and order numbers pass by.
 */
import { toAsciiDigits } from './text.ts'

const gap = '[\\s\\p{Cf}.\\u2010-\\u2015-]'
const four = '\\p{Nd}{4}'
const number = new RegExp(
  [
    // Not after a digit, a plus with or without a country, or one more group of four.
    `(?<!\\p{Nd}|\\+|\\+\\p{Nd}{1,3}${gap}{1,3}|(?<!\\p{Nd})${four}${gap}{1,3})`,
    `${four}${gap}{0,3}${four}${gap}{0,3}${four}`,
    `(?!\\p{Nd}|${gap}{1,3}${four}(?!\\p{Nd}))`,
  ].join(''),
  'gu',
)

/** As long as it was, `2345-6789-0124` -> `XXXX-XXXX-0124`, so that it fits where it stood. */
export function maskAadhaar(text: string): string {
  return text.replace(number, (found) => {
    if (!isAadhaar(found)) return found
    let hidden = 0
    return found.replace(/\p{Nd}/gu, (digit) => (hidden++ < 8 ? 'X'.repeat(digit.length) : digit))
  })
}

export const hasAadhaar = (text: string): boolean => maskAadhaar(text) !== text

/**
 * The same in every text of a document. A phone's place takes digits only, so that a number there becomes its last
 * four. What holds none comes back itself.
 * What is nested deeper than any schema allows stays as it is: it is refused, and a hostile depth must not end the call.
 */
export function maskAadhaarIn<T>(value: T, name?: string): T
export function maskAadhaarIn(value: unknown, name = ''): unknown {
  return maskIn(value, name, depthMax)
}

const depthMax = 32

function maskIn(value: unknown, name: string, depth: number): unknown {
  if (typeof value === 'string') return value.length < lengthMin ? value : maskText(value, name)
  if (depth === 0 || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return maskItems(value, name, depth - 1)
  // Bytes are no text.
  return ArrayBuffer.isView(value) ? value : maskFields(value as Fields, depth - 1)
}

type Fields = Readonly<Record<string, unknown>>

/** All that arrives passes here, and next to nothing holds a number: so no copy is made before one is found. */
function maskItems(items: readonly unknown[], name: string, depth: number): readonly unknown[] {
  let masked: unknown[] | undefined
  for (let at = 0; at < items.length; at++) {
    const item = maskIn(items[at], name, depth)
    if (item === items[at]) continue
    masked ??= [...items]
    masked[at] = item
  }
  return masked ?? items
}

function maskFields(fields: Fields, depth: number): Fields {
  let masked: Map<string, unknown> | undefined
  for (const key of Object.keys(fields)) {
    const value = maskIn(fields[key], key, depth)
    if (value === fields[key]) continue
    masked ??= new Map(Object.entries(fields))
    masked.set(key, value)
  }
  return masked ? (Object.fromEntries(masked) as Fields) : fields
}

const lengthMin = 12

/** Ids and hashes may hold any digits. */
const idPattern = /^[0-9a-f]{24,}$/

/** A number that is written as most are; with a digit beyond ASCII nothing is judged before the whole pattern. */
const mayHold = /[0-9][^\p{L}]{10,}[0-9]|\P{ASCII}/u

function maskText(text: string, name: string): string {
  if (idPattern.test(text) || !mayHold.test(text)) return text
  const masked = maskAadhaar(text)
  return masked !== text && /phone/i.test(name) ? masked.slice(-4) : masked
}

function isAadhaar(found: string): boolean {
  const digits = toAsciiDigits(found).replace(/[^0-9]/g, '')
  return /^[2-9]/.test(digits) && passesVerhoeff(digits)
}

/** The check digit of J. Verhoeff (1969): it finds every single wrong digit and every swap of two neighbours. */
export function passesVerhoeff(digits: string): boolean {
  const reversed = Array.from(digits, Number).toReversed()
  return reversed.reduce((sum, digit, place) => composed(sum, permuted(digit, place % 8)), 0) === 0
}

/** Of the ten symmetries of a pentagon: 0 to 4 turn it, 5 to 9 turn it over. */
function composed(a: number, b: number): number {
  const isTurned = a >= 5
  const turn = ((isTurned ? a - b : a + b) + 10) % 5
  return isTurned === b >= 5 ? turn : turn + 5
}

const permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
function permuted(digit: number, times: number): number {
  let result = digit
  for (let i = 0; i < times; i++) result = permutation[result] ?? 0
  return result
}
