/** The options of a task, each with its value behind it: `--seeds 10000 --from 1`. */
import { Refusal } from './refusal.mjs'

interface OptionRules {
  readonly names: readonly string[]
  /** E.g. `The soak knows`. */
  readonly subject: string
  /** The remedy of every refusal. */
  readonly usage: string
}

export function readOptionPairs(args: readonly string[], rules: OptionRules): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (let index = 0; index < args.length; index += 2) {
    const [name = '', value = ''] = args.slice(index, index + 2)
    if (!rules.names.includes(name)) throw new Refusal(`${rules.subject} no option "${name}".`, rules.usage)
    values.set(name, value)
  }
  return values
}

/** Null where the option is not given. */
export function wholeNumberOf(
  values: ReadonlyMap<string, string>,
  name: string,
  usage: string,
  max = 999_999_999,
): number | null {
  const value = values.get(name)
  if (value === undefined) return null
  if (/^[1-9][0-9]{0,8}$/.test(value) && Number(value) <= max) return Number(value)
  throw new Refusal(`${name} must be a whole number of 1 to ${max}, not "${value}".`, usage)
}
