/**
 * Finding a name however it is written: any of the nine Indic scripts, Latin with or without accents, `Deepak`
 * or `Dipak`. A name becomes a key of words, each in a few spellings; a typed term matches where each of its
 * words begins some word of the key, as it is spelt or else as a variant of it. Keys are short strings, so that
 * 100,000 are scanned in milliseconds.
 */
import { hasLooseScript, indicSounds, isIndic } from './indic-to-latin.ts'
import type { Sound } from './indic-to-latin.ts'
import { plainText } from './text.ts'

/** Marks a consonant skeleton in a key: of a word in Tamil, Bengali or Odia, and of any other word. */
const looseMark = '~'
const firmMark = '^'
/** Marks the consonants as they are, voiced and unvoiced apart: Muhammad and Mohammed, Agrawal and Agarwal. */
const variantMark = '%'
/** A shorter one is shared by half the list, unless it is the whole word. */
const variantMin = 4
const variantWordMin = 4
/** A shorter skeleton would match half the list. */
const skeletonMin = 2
const skeletonWordMin = 3

export interface WordQuery {
  /** Each with the space that makes it a word's beginning. */
  readonly spellings: readonly string[]
  readonly variants: readonly string[]
  readonly skeletons: readonly string[]
}

export type NameQuery = readonly WordQuery[]

/** Personal data: in memory only. Two strings, because the first is searched far more often. */
export interface NameKey {
  /** Of each word, each behind a space. */
  readonly spellings: string
  /** What is left of them where spellings vary, between spaces. */
  readonly variants: string
}

export function nameKey(name: string): NameKey {
  const words = wordsOf(name)
  const variants = words.flatMap((word) => {
    const mark = hasLooseScript(word) ? looseMark : firmMark
    return spellingsOf(word).flatMap((spelling) => [
      mark + skeleton(spelling),
      variantMark + consonantsOf(spelling),
    ])
  })
  return { spellings: ` ${distinct(words.flatMap(spellingsOf))}`, variants: ` ${distinct(variants)} ` }
}

const distinct = (parts: readonly string[]): string => [...new Set(parts)].join(' ')

/** One name, spelt alike: by this alone somebody is taken for somebody. Variants of it are suggestions. */
export function isSameName(one: string, other: string): boolean {
  const [a, b] = [wordsOf(one), wordsOf(other)]
  if (a.length === 0 || b.length === 0) return plainText(one) === plainText(other)
  return nameKey(one).spellings === nameKey(other).spellings
}

export const nameQuery = (term: string): NameQuery =>
  wordsOf(term)
    .map((word) => {
      const spellings = spellingsOf(word)
      return {
        spellings: spellings.map((spelling) => ` ${spelling}`),
        variants: variantsToFind(spellings),
        skeletons: skeletonsToFind(word, spellings),
      }
    })
    .filter(({ spellings }) => spellings.length > 0)

export const nameMatches = (key: NameKey, query: NameQuery): boolean =>
  query.every((word) => wordCloseness(key, word) > 0)

/** 3: as it is spelt; 2: a variant of it; 1: only what a loose script leaves of it; 0: another word. */
export type WordCloseness = 0 | 1 | 2 | 3

export function wordCloseness(key: NameKey, word: WordQuery): WordCloseness {
  const isIn = (text: string) => (part: string) => text.includes(part)
  if (word.spellings.some(isIn(key.spellings))) return 3
  if (word.variants.some(isIn(key.variants))) return 2
  return word.skeletons.some(isIn(key.variants)) ? 1 : 0
}

const variantsToFind = (spellings: readonly string[]): string[] =>
  spellings
    .filter((spelling) => spelling.length >= variantWordMin)
    .map(consonantsOf)
    .filter((bones) => bones.length >= skeletonMin)
    .map((bones) => ` ${variantMark}${bones}${bones.length < variantMin ? ' ' : ''}`)

/** Words in the loose scripts find everything by skeleton; other words find the loose scripts' by it. */
function skeletonsToFind(word: string, spellings: readonly string[]): string[] {
  const marks = hasLooseScript(word) ? [looseMark, firmMark] : [looseMark]
  return spellings
    .map(skeleton)
    .filter(
      (bones, index) => bones.length >= skeletonMin && (spellings[index]?.length ?? 0) >= skeletonWordMin,
    )
    .flatMap((bones) => marks.map((mark) => ` ${mark}${bones}`))
}

export const wordsOf = (text: string): string[] =>
  plainText(text)
    .toLowerCase()
    .replace(/[\u2018\u2019'`]/g, '')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')

/** As forms shorten it. */
const shortForms: Readonly<Record<string, string>> = { mohd: 'mohammad', md: 'mohammad' }

function spellingsOf(word: string): string[] {
  const plain = Array.from(word).some((character) => isIndic(character.codePointAt(0) ?? 0))
    ? indicSpellings(indicSounds(word))
    : [shortForms[word] ?? word.normalize('NFKD').replace(/\p{M}/gu, '')]
  return [...new Set([...plain, ...plain.map(fold)])].filter((spelling) => spelling !== '')
}

/** With each unwritten `a` said, and with those dropped that Hindi drops: rajakumara, rajkumar. */
const indicSpellings = (sounds: readonly Sound[]): string[] => [
  sounds.map(({ latin, inherent }) => latin + (inherent ? 'a' : '')).join(''),
  withoutSchwas(sounds),
]

function withoutSchwas(sounds: readonly Sound[]): string {
  const kept = sounds.map((sound) => sound.inherent)
  for (let i = sounds.length - 1; i > 0; i--) {
    if (kept[i] && (i === sounds.length - 1 || isDroppable(sounds, kept, i))) kept[i] = false
  }
  return sounds.map(({ latin }, index) => latin + (kept[index] ? 'a' : '')).join('')
}

/** Between vowel + consonant and consonant + vowel. */
function isDroppable(sounds: readonly Sound[], kept: readonly boolean[], at: number): boolean {
  const endsInVowel = (index: number) => kept[index] === true || /[aeiou]$/.test(sounds[index]?.latin ?? '')
  const isConsonant = (index: number) => /^[^aeiou]/.test(sounds[index]?.latin ?? '')
  const next = at + 1
  if (!endsInVowel(at - 1) || !isConsonant(next)) return false
  for (let i = next; i < sounds.length; i++) if (endsInVowel(i)) return true
  return false
}

/** Spellings of one sound become one: ee and i, w and v, sh and s, ayya and aiah, doubled letters. */
const fold = (latin: string): string =>
  latin
    .replace(/^(?:dny|jny?)(?=[aeiou])/, 'gy')
    .replace(/ee|ea/g, 'i')
    .replace(/oo/g, 'u')
    .replace(/ou|ow(?![aeiou])/g, 'au')
    .replace(/iah$/, 'ia')
    .replace(/x/g, 'ks')
    .replace(/ph/g, 'f')
    .replace(/zh/g, 'l')
    .replace(/ck|q/g, 'k')
    .replace(/w/g, 'v')
    .replace(/z/g, 'j')
    .replace(/([kgcjtdbs])h/g, '$1')
    .replace(/(.)\1+/g, '$1')
    .replace(/ai(?=a)/g, 'ay')
    .replace(/aya/g, 'ai')
    .replace(/([^aeiou])y$/, '$1i')

/** The consonants as they sound; a vowel counts only at the beginning. */
function consonantsOf(spelling: string): string {
  const folded = fold(spelling)
  const initial = /^[aeiou]/.test(folded) ? 'a' : folded.startsWith('y') ? 'y' : ''
  return initial + folded.replace(/[aeiouy]/g, '').replace(/m$/, 'n')
}

/** The consonants, voiced and unvoiced alike; a vowel counts only at the beginning. */
function skeleton(spelling: string): string {
  const folded = fold(spelling)
    .replace(/[gkh]/g, 'k')
    .replace(/[dt]/g, 't')
    .replace(/[bfpv]/g, 'p')
    .replace(/[cjs]/g, 's')
    .replace(/[nm]/g, 'n')
  const initial = /^[aeiou]/.test(folded) ? 'a' : ''
  return initial + folded.replace(/[aeiouy]/g, '').replace(/(.)\1+/g, '$1')
}
