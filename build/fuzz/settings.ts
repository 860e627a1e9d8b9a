import { readOptionPairs, wholeNumberOf } from '../setup/option-pairs.ts'
import { Refusal } from '../setup/refusal.mjs'

export interface FuzzOptions {
  /** Requests to each route. */
  readonly runs: number
  readonly seed: number
}

const usage = 'Use: npm run fuzz -- --runs 2000 [--seed 1].'

export function readFuzzSettings(args: readonly string[]): FuzzOptions {
  const values = readOptionPairs(args, { names: ['--runs', '--seed'], subject: 'The fuzz knows', usage })
  const runs = wholeNumberOf(values, '--runs', usage)
  const seed = wholeNumberOf(values, '--seed', usage) ?? 1
  if (runs === null) throw new Refusal('The fuzz must be told how many requests each route gets.', usage)
  return { runs, seed }
}
