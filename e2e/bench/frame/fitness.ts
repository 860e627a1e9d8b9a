/** Refuses, with one line before anything starts, what would falsify the figures or touch data that is not the bench's. */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { url as inspectorUrl } from 'node:inspector'
import { dirname, resolve } from 'node:path'
import { requireFreeDisk } from '../../../build/setup/preconditions.mjs'
import { withoutSettings } from '../../../build/services/sync-server.ts'
import { Refusal } from '../../../build/setup/refusal.mjs'

export interface ProcessFacts {
  readonly env: NodeJS.ProcessEnv
  readonly execArgv: readonly string[]
  /** Address of a debugger's port that is open in this process. */
  readonly inspector: string | undefined
}

/** Data of the largest workload, twice, and MongoDB's journal. */
export const neededDiskBytes = 8_000_000_000

export const factsOfProcess = (): ProcessFacts => ({
  env: process.env,
  execArgv: process.execArgv,
  inspector: inspectorUrl(),
})

export function refuseDebugging({ env, execArgv, inspector }: ProcessFacts): void {
  const words = [...execArgv, ...(env['NODE_OPTIONS'] ?? '').split(/\s+/)]
  const flag = words.find((word) => /^--(inspect|debug|cpu-prof|heap-prof|prof\b|jitless|no-opt)/.test(word))
  if (inspector !== undefined || flag !== undefined) {
    throw new Refusal(
      `The bench measures no debug build, and Node runs with ${flag ?? 'an open inspector'}.`,
      'Leave out the flag (see NODE_OPTIONS too).',
    )
  }
  if (env['NODE_V8_COVERAGE']) {
    throw new Refusal('The bench measures no debug build, and NODE_V8_COVERAGE is set.', 'Unset it.')
  }
  const mode = env['NODE_ENV']
  if (mode !== undefined && mode !== '' && mode !== 'production') {
    throw new Refusal(
      `The bench measures no debug build, and NODE_ENV is "${mode}".`,
      'Unset NODE_ENV, or set it to production.',
    )
  }
}

/** The bench fills and drops databases: it starts its own and takes no other's. */
export function refuseForeignServers({ env }: Pick<ProcessFacts, 'env'>): void {
  const name = ['MONGODB_URL', 'MONGODB_TEST_URL', 'CHOWKI_SERVER_URL'].find((name) => env[name])
  if (name === undefined) return
  throw new Refusal(
    `${name} points at a server that is not the bench’s own.`,
    `Unset ${name}: the bench starts its own MongoDB and sync servers, and removes them.`,
  )
}

/** The environment without settings for other servers of Chowki, as in production. */
export function ownEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { CHOWKI_CACHE: cache } = env
  return { ...withoutSettings(env), ...(cache && { CHOWKI_CACHE: cache }), NODE_ENV: 'production' }
}

export function refuseUnwritable(path: string): void {
  const full = resolve(path)
  const target = existsSync(full) ? full : dirname(full)
  try {
    if (existsSync(full) && statSync(full).isDirectory()) throw new Error('is a folder')
    accessSync(target, constants.W_OK)
  } catch {
    // Whatever the cause, the remedy below is the same.
    throw new Refusal(
      `${path} cannot be written.`,
      'Name a file in a folder that exists and may be written to.',
    )
  }
}

export const refuseFullDisk = (folder: string, neededBytes = neededDiskBytes): void =>
  requireFreeDisk(folder, neededBytes, 'the bench')

/** A process that answers on the port may be another's: only ours has this number. */
export function refuseOtherProcess(what: string, answered: number, started: number): void {
  if (answered === started) return
  throw new Refusal(
    `${what} is process ${answered}, not ${started}, which the bench started.`,
    'Stop the other one, then run the bench again.',
  )
}
