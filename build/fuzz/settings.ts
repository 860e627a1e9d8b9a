import { Refusal } from '../setup/refusal.mjs'

export interface FuzzSettings {
  /** Requests to each route. */
  readonly runs: number
  readonly seed: number
}

const usage = 'Use: npm run fuzz -- --runs 2000 [--seed 1].'
const options = ['--runs', '--seed']

export function readFuzzSettings(args: readonly string[]): FuzzSettings {
  const values = new Map<string, number>()
  for (let index = 0; index < args.length; index += 2) {
    const [name = '', value = ''] = args.slice(index, index + 2)
    if (!options.includes(name)) throw new Refusal(`The fuzz knows no option "${name}".`, usage)
    if (!/^[1-9][0-9]{0,8}$/.test(value)) {
      throw new Refusal(`${name} must be a whole number of 1 to 999999999, not "${value}".`, usage)
    }
    values.set(name, Number(value))
  }
  const runs = values.get('--runs')
  if (runs === undefined) throw new Refusal('The fuzz must be told how many requests each route gets.', usage)
  return { runs, seed: values.get('--seed') ?? 1 }
}
