/** `npm run bench -- [names ...] [--quick] [--json FILE] [--readme]` */
import { Refusal } from '../../../build/setup/refusal.mjs'

export interface BenchOptions {
  /** Names of workloads, in the bench's own order. */
  readonly workloads: readonly string[]
  readonly jsonPath: string | null
  readonly readme: boolean
  readonly quick: boolean
}

const usage = 'npm run bench -- [names of workloads] [--quick] [--json FILE] [--readme]'

export function readOptions(args: readonly string[], known: readonly string[]): BenchOptions {
  const names = new Set<string>()
  let jsonPath: string | null = null
  let readme = false
  let quick = false
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--readme') readme = true
    else if (arg === '--quick') quick = true
    else if (arg === '--json') jsonPath = pathOf(rest.shift())
    else if (arg.startsWith('-'))
      throw new Refusal(`The bench has no option "${nameOf(arg)}".`, `Use: ${usage}.`)
    else if (known.includes(arg)) names.add(arg)
    else throw new Refusal(`The bench has no workload "${arg}".`, `Use any of: ${known.join(', ')}.`)
  }
  if (readme && (quick || names.size > 0)) {
    throw new Refusal(
      'e2e/README.md takes the figures of a whole run only.',
      'Leave out --quick and the names of workloads, or leave out --readme.',
    )
  }
  const workloads = names.size === 0 ? known : known.filter((name) => names.has(name))
  return { workloads, jsonPath, readme, quick }
}

function pathOf(value: string | undefined): string {
  if (value !== undefined && value !== '' && !value.startsWith('-')) return value
  throw new Refusal('--json names no file.', 'Write: npm run bench -- --json FILE.')
}

/** A value after `=` may be an address with a password. */
const nameOf = (arg: string): string => arg.split('=', 1)[0] ?? arg
