import { readOptionPairs, wholeNumberOf } from '../../../build/setup/option-pairs.ts'
import { Refusal } from '../../../build/setup/refusal.mjs'

export const subjects = ['desk', 'server'] as const
export type Subject = (typeof subjects)[number]

export interface OutageOptions {
  /** Of each subject. */
  readonly cuts: number
  /** Null: another one each time. */
  readonly seed: number | null
  readonly subjects: readonly Subject[]
}

const usage = 'Use: npm run power-cuts -- [--cuts 50] [--seed 7] [--only desk|server].'
const cutsByDefault = 50

export function readOptions(args: readonly string[]): OutageOptions {
  const names = ['--cuts', '--seed', '--only']
  const values = readOptionPairs(args, { names, subject: 'The power cuts know', usage })
  return {
    cuts: wholeNumberOf(values, '--cuts', usage, 10_000) ?? cutsByDefault,
    seed: wholeNumberOf(values, '--seed', usage),
    subjects: readSubjects(values.get('--only')),
  }
}

function readSubjects(only: string | undefined): readonly Subject[] {
  if (only === undefined) return subjects
  const found = subjects.filter((subject) => subject === only)
  if (found.length > 0) return found
  throw new Refusal(`--only must be ${subjects.join(' or ')}, not "${only}".`, usage)
}
