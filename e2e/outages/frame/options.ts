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
  const values = new Map<string, string>()
  for (let index = 0; index < args.length; index += 2) {
    const [name = '', value = ''] = args.slice(index, index + 2)
    if (!['--cuts', '--seed', '--only'].includes(name))
      throw new Refusal(`The power cuts know no option "${name}".`, usage)
    values.set(name, value)
  }
  return {
    cuts: readNumber('--cuts', values, 10_000) ?? cutsByDefault,
    seed: readNumber('--seed', values, 999_999_999),
    subjects: readSubjects(values.get('--only')),
  }
}

function readNumber(name: string, values: ReadonlyMap<string, string>, max: number): number | null {
  const value = values.get(name)
  if (value === undefined) return null
  if (/^[1-9][0-9]{0,8}$/.test(value) && Number(value) <= max) return Number(value)
  throw new Refusal(`${name} must be a whole number of 1 to ${max}, not "${value}".`, usage)
}

function readSubjects(only: string | undefined): readonly Subject[] {
  if (only === undefined) return subjects
  const found = subjects.filter((subject) => subject === only)
  if (found.length > 0) return found
  throw new Refusal(`--only must be ${subjects.join(' or ')}, not "${only}".`, usage)
}
