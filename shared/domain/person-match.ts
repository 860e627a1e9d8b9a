/**
 * Whether what was typed means this person: by phone, name, plate or flat, as people say them. One matcher for the
 * gate's search and the list of those inside. A key is made once for a person, a query once for what is typed, and
 * comparing the two is looking for short strings in short strings.
 */
import { flatKeys } from './flat-label.ts'
import { nameKey, nameMatches, nameQuery } from './name-key.ts'
import type { NameKey, NameQuery } from './name-key.ts'
import { normalisePhone } from './phone.ts'
import { compactText, plainText } from './text.ts'

export interface MatchedPerson {
  readonly name: string
  readonly phone: string
  /** Every one that the person was seen with. */
  readonly plates: Iterable<string>
  readonly flatLabels: readonly string[]
}

/** Personal data: in memory only. */
export interface MatchKey {
  readonly name: NameKey
  /** Phone digits, plates and flats, each between a space and a line break, so that none runs into the next. */
  readonly rest: string
}

export interface MatchQuery {
  /** Any of these ways to understand what was typed. */
  readonly readings: readonly Reading[]
  /** What a name would begin with. */
  readonly nameStart: string | null
}

interface Reading {
  readonly parts: readonly string[]
  readonly names: NameQuery
}

export const matchKey = (person: MatchedPerson): MatchKey => ({
  name: nameKey(person.name),
  rest: restKey(person),
})

export const restKey = ({ phone, plates, flatLabels }: Omit<MatchedPerson, 'name'>): string =>
  [phone.replace(/\D/g, ''), ...[...plates].map(compactText), ...flatLabels.flatMap(flatKeys)]
    .map((part) => ` ${part}\n`)
    .join('')

/** `region` is the society's, for a phone without its country. */
export function matchQuery(term: string, region: string | undefined): MatchQuery {
  const plain = plainText(term).toLowerCase()
  const digits = plain.replace(/\D/g, '')
  if (/^[+(\d][\d\s()+./-]*$/.test(plain) && digits.length >= partMin) {
    // One phone, typed with gaps or with a leading zero.
    const phone = normalisePhone(plain, region)
    const part = (phone ?? digits).replace(/\D/g, '').replace(/^0+/, '')
    return { readings: [{ parts: [part], names: [] }], nameStart: null }
  }
  const words = plain.split(/\s+/u).filter((word) => word !== '')
  const joined = joinedWords(words)
  const readings = (joined.length < words.length ? [words, joined] : [words]).map(toReading)
  return { readings, nameStart: readings[0]?.names[0]?.spellings[0] ?? null }
}

export const isMatch = (key: MatchKey, { readings }: MatchQuery): boolean =>
  readings.some(
    ({ parts, names }) =>
      parts.every((part) => key.rest.includes(part) || key.name.spellings.includes(` ${part.trim()}`)) &&
      nameMatches(key.name, names),
  )

/** A shorter part of a phone or plate is in almost all of them: it must begin one. */
const partMin = 3

/** A word with a digit is part of a phone, a plate or a flat, or (rarely) begins a word of the name. */
function toReading(words: readonly string[]): Reading {
  const isPart = (word: string): boolean => /\d/u.test(word)
  const parts = words.filter(isPart).map(compactText)
  return {
    parts: parts.map((part) => (part.length < partMin ? ` ${part}` : part)),
    names: nameQuery(words.filter((word) => !isPart(word)).join(' ')),
  }
}

/**
 * Plates and flats come in pieces: `ravi mh 12 ab 1234` is `ravi` and `mh12ab1234`. They begin with digits or with two
 * letters at most (state, block); a series has up to three.
 */
function joinedWords(words: readonly string[]): string[] {
  const joined: string[] = []
  for (const word of words) {
    const before = joined.at(-1)
    const isPiece = (text: string, lettersMax: number): boolean =>
      /\d/u.test(text) || text.length <= lettersMax
    if (before !== undefined && isPiece(word, 3) && isPiece(before, 2)) joined.splice(-1, 1, before + word)
    else joined.push(word)
  }
  return joined
}
