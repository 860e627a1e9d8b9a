import { Refusal } from '../setup/refusal.mjs'

export interface SoakSettings {
  readonly seeds: number
  readonly from: number
}

const usage = 'Use: npm run soak -- --seeds 10000 [--from 1].'
const options = ['--seeds', '--from']

export function readSoakSettings(args: readonly string[]): SoakSettings {
  const values = new Map<string, number>()
  for (let index = 0; index < args.length; index += 2) {
    const [name = '', value = ''] = args.slice(index, index + 2)
    if (!options.includes(name)) throw new Refusal(`The soak knows no option "${name}".`, usage)
    if (!/^[1-9][0-9]{0,8}$/.test(value)) {
      throw new Refusal(`${name} must be a whole number of 1 to 999999999, not "${value}".`, usage)
    }
    values.set(name, Number(value))
  }
  const seeds = values.get('--seeds')
  if (seeds === undefined) throw new Refusal('The soak must be told how many seeds to run.', usage)
  return { seeds, from: values.get('--from') ?? 1 }
}

/** `inspectorUrl`: of this process, where a debugger listens. */
export function refuseDebugging(inspectorUrl: string | undefined, nodeOptions: string | undefined): void {
  if (inspectorUrl !== undefined || /--(inspect|cpu-prof|heap-prof)/.test(nodeOptions ?? '')) {
    throw new Refusal('A debugger or a profiler is on: its figures would mean nothing.', 'Run it without.')
  }
}

/** Failing scripts and the log of a long run. */
const freeBytesMin = 500 * 1024 * 1024

export function refuseFullDisk(freeBytes: number): void {
  if (freeBytes >= freeBytesMin) return
  const free = Math.floor(freeBytes / 1024 / 1024)
  throw new Refusal(`Only ${free} MB of disk are free; the soak wants 500.`, 'Free some space.')
}
