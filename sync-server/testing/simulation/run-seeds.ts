/** Runs seeds one after the other; a failing one is cut down to a script that can be kept in `failed-seeds`. */
import { runScript } from './run-script.ts'
import type { ScriptOutcome } from './run-script.ts'
import { scriptOf } from './script.ts'
import type { Script } from './script.ts'
import { shrinkScript } from './shrink.ts'

/** Every trouble that a run can meet; one that never comes proves nothing. */
export const allFaults = [
  'drop',
  'duplicate',
  'reorder',
  'lost reply',
  'lost reply after commit',
  'partition',
  'gate restart',
  'gate restart in mid-pull',
  'gate restart in mid-push',
  'replication restart',
  'server restart',
  'server restart in mid-commit',
  'gate clock back',
  'gate clock forward',
  'server clock back',
  'server clock forward',
  'slow commit',
  'slow commit overtaken',
  'slow disk',
  'disk full',
  'bad row',
  'schema N-1',
  'protocol N-1',
  'revocation',
  'local pruning',
  'erasure',
  'conflict loop',
  'sleep',
  'in twice',
  'barred let in',
  'phone shared',
  'person in two records',
  'person in twice',
] as const

/** For a person: what was violated, and the shortest script that still does it, as JSON; less short where it is stopped. */
export async function describeFailure(
  script: Script,
  { violations }: ScriptOutcome,
  isStopped = () => false,
): Promise<string> {
  const fails = async (candidate: Script) =>
    !isStopped() && (await runScript(candidate)).violations.length > 0
  const shortest = await shrinkScript(script, fails)
  const lines = violations.map((violation) => `  ${violation}`)
  return [`seed ${script.seed}:`, ...lines, JSON.stringify(shortest)].join('\n')
}

export const runSeed = (seed: number): Promise<ScriptOutcome> => runScript(scriptOf(seed))
