/**
 * `npm run bench`: ours beside the raw limit and the peers, in one process tree and one run, on a MongoDB and sync
 * servers of its own. Interrupted, it leaves nothing running and prints what it has.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provision } from '../../build/provision/provision.ts'
import { startMongod } from '../../build/services/mongod.ts'
import { say } from '../../build/setup/terminal.mjs'
import { runAsTask } from '../../build/tasks/run-as-task.ts'
import { root } from '../../build/tasks/run-step.ts'
import { Cleanups } from './frame/cleanups.ts'
import {
  factsOfProcess,
  refuseDebugging,
  refuseForeignServers,
  refuseFullDisk,
  refuseOtherProcess,
  refuseUnwritable,
} from './frame/fitness.ts'
import { describeMachine } from './frame/machine.ts'
import type { BenchOptions } from './frame/options.ts'
import { readOptions } from './frame/options.ts'
import { withFigures } from './frame/readme.ts'
import type { BenchResult } from './frame/run.ts'
import { runWorkloads } from './frame/run.ts'
import { startBenchServer, withClient } from './frame/server.ts'
import { toJson } from './frame/summing.ts'
import { toTable } from './frame/table.ts'
import { workloads } from './workloads.ts'

const readmePath = join(root, 'e2e', 'README.md')

await runAsTask(async (stop) => {
  const options = readOptions(
    process.argv.slice(2),
    workloads.map(({ name }) => name),
  )
  refuseUnfit(options)
  const cleanups = new Cleanups((error) => say(`Could not clean up: ${String(error)}`))
  try {
    const outcome = await measure(options, stop, cleanups)
    publish(options, outcome, stop.aborted)
    return stop.aborted || outcome.failures > 0 ? 1 : 0
  } finally {
    await cleanups.run()
  }
})

function refuseUnfit({ jsonPath, readme }: BenchOptions): void {
  const facts = factsOfProcess()
  refuseDebugging(facts)
  refuseForeignServers(facts)
  refuseFullDisk(tmpdir())
  if (jsonPath !== null) refuseUnwritable(jsonPath)
  if (readme) refuseUnwritable(readmePath)
}

type Measured = BenchResult & { readonly machine: string }

async function measure(options: BenchOptions, stop: AbortSignal, cleanups: Cleanups): Promise<Measured> {
  const { mongod: program } = await provision({ mongod: true })
  if (program === null) throw new Error('MongoDB was not provisioned.')
  const folder = mkdtempSync(join(tmpdir(), 'chowki-bench-'))
  cleanups.add(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const mongod = await startMongod({ program, folder: join(folder, 'mongodb') })
  cleanups.add(() => mongod.stop())
  const { pid } = await withClient(mongod.url, (client) => client.db('admin').command({ serverStatus: 1 }))
  refuseOtherProcess(`MongoDB at ${mongod.url}`, Number(pid), mongod.pid)
  const outcome = await runWorkloads(
    workloads.filter(({ name }) => options.workloads.includes(name)),
    {
      mongoUri: mongod.url,
      folder,
      isQuick: options.quick,
      stop,
      say,
      startServer: (serverFolder, serverOptions) => startBenchServer(mongod.url, serverFolder, serverOptions),
    },
  )
  return { ...outcome, machine: describeMachine(program.version) }
}

function publish({ jsonPath, readme, quick }: BenchOptions, measured: Measured, stopped: boolean): void {
  const { rows, notes, machine } = measured
  const scale = quick ? ' A quick run, with less data.' : ''
  const lines = [`Taken on ${machine}.${scale}`, '', ...toTable(rows, notes)]
  say(['', ...(stopped ? ['Stopped; this is what was measured until then.'] : []), ...lines].join('\n'))
  if (jsonPath !== null) writeFileSync(jsonPath, `${JSON.stringify(toJson(rows), null, 2)}\n`)
  // Half a table would read like a whole one.
  if (readme && !stopped) {
    writeFileSync(readmePath, withFigures(readFileSync(readmePath, 'utf8'), lines))
    say('The table is in e2e/README.md.')
  }
}
