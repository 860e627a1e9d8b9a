/** Seeded randomness: the same seed gives the same society, so that tests and screenshots can rely on it. */
import { createHash } from 'node:crypto'

export interface Random {
  /** In [0, 1). */
  next(): number
  /** Both ends included. */
  integer(min: number, max: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly [T, ...T[]]): T
  /** Several different items, in a random order. */
  sample<T>(items: readonly T[], count: number): T[]
  /** A key, as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K
}

/** Mulberry32: small, fast, and good enough for what only has to look plausible. */
export function createRandom(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0)
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    integer,
    chance: (probability) => next() < probability,
    pick: (items) => items[integer(0, items.length - 1)] ?? items[0],
    sample(items, count) {
      const rest = [...items]
      const taken = Math.min(count, rest.length)
      return Array.from({ length: taken }, () => rest.splice(integer(0, rest.length - 1), 1)).flat()
    },
    weighted(weights) {
      const entries = Object.entries<number>(weights) as [keyof typeof weights, number][]
      let rest = next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      const hit = entries.find(([, weight]) => (rest -= weight) < 0)
      return (hit ?? entries[0] ?? failEmpty())[0]
    },
  }
}

function failEmpty(): never {
  throw new Error('Nothing to choose from.')
}

/** 24-hex id of the n-th thing of a kind: the same in every run, so that an interrupted fill is completed. */
export const demoId = (kind: string, index: number | string): string =>
  createHash('sha256').update(`chowki-demo:${kind}:${index}`).digest('hex').slice(0, 24)
