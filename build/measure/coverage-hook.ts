/**
 * Loaded into each process of a measurement (`node --import`). Counts calls by function with V8's precise coverage.
 * The sync server's process writes its pid, and on SIGUSR2 the calls since the last signal, into the folder that
 * COVERAGE_FOLDER names; the measuring process asks by `takeCalls`.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'
import process from 'node:process'

export interface Calls {
  /** `file://` address of the script. */
  readonly url: string
  /** How often each function ran; the empty name stands for all that have none. */
  readonly byFunction: Readonly<Record<string, number>>
}

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })

/** Calls since it was last asked. */
export async function takeCalls(): Promise<Calls[]> {
  const { result } = await session.post('Profiler.takePreciseCoverage')
  return result.flatMap(({ url, functions }) => {
    const byFunction: Record<string, number> = {}
    for (const { functionName, ranges } of functions) {
      const count = ranges[0]?.count ?? 0
      if (count > 0) byFunction[functionName] = (byFunction[functionName] ?? 0) + count
    }
    return Object.keys(byFunction).length === 0 ? [] : [{ url, byFunction }]
  })
}

const folder = process.env['COVERAGE_FOLDER']
if (folder !== undefined && process.argv[1]?.endsWith('sync-server/server.ts') === true) {
  let taken = 0
  process.on('SIGUSR2', () => {
    void takeCalls().then((calls) => {
      taken += 1
      writeFileSync(join(folder, 'calls.tmp'), JSON.stringify(calls))
      renameSync(join(folder, 'calls.tmp'), join(folder, `calls-${taken}.json`))
    })
  })
  writeFileSync(join(folder, 'server.pid'), String(process.pid))
}
