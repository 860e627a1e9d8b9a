/**
 * Finding a name however it is written: any of the nine Indic scripts, Latin with or without accents, `Deepak`
 * or `Dipak`. A name becomes a key of words, each in a few spellings; a typed term matches where each of its
 * words begins some word of the key. Keys are short strings, so that 100,000 are scanned in milliseconds.
 */
import { hasLooseScript, indicSounds, isIndic } from './indic-to-latin.ts'
import type { Sound } from './indic-to-latin.ts'
import { plainText } from './text.ts'

/** Marks a consonant skeleton in a key: of a word in Tamil, Bengali or Odia, and of any other word. */
const looseMark = '~'
const firmMark = '^'
/** A shorter skeleton would match half the list. */
const skeletonMin = 2
const skeletonWordMin = 3

/** For each word of the term, its spellings, each with the space that makes it a word's beginning. */
export type NameQuery = readonly (readonly string[])[]

/** To be stored beside the name, in memory only: it is personal data. */
export function nameKey(name: string): string {
  const spellings = wordsOf(name).flatMap((word) => {
    const mark = hasLooseScript(word) ? looseMark : firmMark
    const skeletons = spellingsOf(word).map((spelling) => mark + skeleton(spelling))
    return [...spellingsOf(word), ...skeletons]
  })
  return ` ${[...new Set(spellings)].join(' ')}`
}

export const nameQuery = (term: string): NameQuery =>
  wordsOf(term)
    .map((word) => {
      const spellings = spellingsOf(word)
      return [...new Set([...spellings, ...skeletonsToFind(word, spellings)])].map(
        (spelling) => ` ${spelling}`,
      )
    })
    .filter((spellings) => spellings.length > 0)

export const nameMatches = (key: string, query: NameQuery): boolean =>
  query.every((spellings) => spellings.some((spelling) => key.includes(spelling)))

/** Words in the loose scripts find everything by skeleton; other words find the loose scripts' by it. */
function skeletonsToFind(word: string, spellings: readonly string[]): string[] {
  const marks = hasLooseScript(word) ? [looseMark, firmMark] : [looseMark]
  return spellings
    .map(skeleton)
    .filter(
      (bones, index) => bones.length >= skeletonMin && (spellings[index]?.length ?? 0) >= skeletonWordMin,
    )
    .flatMap((bones) => marks.map((mark) => mark + bones))
}

const wordsOf = (text: string): string[] =>
  plainText(text)
    .toLowerCase()
    .replace(/[\u2018\u2019'`]/g, '')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')

function spellingsOf(word: string): string[] {
  const plain = Array.from(word).some((character) => isIndic(character.codePointAt(0) ?? 0))
    ? indicSpellings(indicSounds(word))
    : [word.normalize('NFKD').replace(/\p{M}/gu, '')]
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
