import { readOptionPairs, wholeNumberOf } from '../setup/option-pairs.ts'
import { Refusal } from '../setup/refusal.mjs'

export interface SoakSettings {
  readonly seeds: number
  readonly from: number
}

const usage = 'Use: npm run soak -- --seeds 10000 [--from 1].'

export function readSoakSettings(args: readonly string[]): SoakSettings {
  const values = readOptionPairs(args, { names: ['--seeds', '--from'], subject: 'The soak knows', usage })
  const seeds = wholeNumberOf(values, '--seeds', usage)
  const from = wholeNumberOf(values, '--from', usage) ?? 1
  if (seeds === null) throw new Refusal('The soak must be told how many seeds to run.', usage)
  return { seeds, from }
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
