/**
 * The words of which all names here are made: a few thousand among 100,000 people. A term is compared with each word
 * once, and a person then by the numbers of his words.
 */
import { nameKey, wordCloseness, wordsOf } from '@chowki/shared/domain/name-key.ts'
import type { NameKey, WordQuery } from '@chowki/shared/domain/name-key.ts'

/** For each word by its number: a `WordCloseness`. */
export type WordMarks = Uint8Array

export interface NameWords {
  /** Numbers of the words of a name, in their order. Words stay when their people are gone: they are few. */
  numbersOf(name: string): readonly number[]
  find(word: WordQuery): WordMarks
  /** Words that begin so, however they are spelt. */
  beginningWith(start: string): WordMarks
}

export function createNameWords(): NameWords {
  const numbers = new Map<string, number>()
  const keys: NameKey[] = []
  const numberOf = (word: string): number => {
    const known = numbers.get(word)
    if (known !== undefined) return known
    const number = keys.push(nameKey(word)) - 1
    numbers.set(word, number)
    return number
  }
  const mark = (markOf: (key: NameKey) => number): WordMarks => Uint8Array.from(keys, markOf)
  return {
    numbersOf: (name) => wordsOf(name).map(numberOf),
    find: (word) => mark((key) => wordCloseness(key, word)),
    beginningWith: (start) => mark((key) => (key.spellings.includes(` ${start}`) ? 3 : 0)),
  }
}
