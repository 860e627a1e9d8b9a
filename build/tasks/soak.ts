/** `npm run soak -- --seeds 10000 [--from 1]`: the simulation of gates and servers, for as long as wanted. */
import { statfsSync } from 'node:fs'
import { url as inspectorUrl } from 'node:inspector'
import { readSoakSettings, refuseDebugging, refuseFullDisk } from '../soak/settings.ts'
import { runAsTask } from './run-as-task.ts'
import { root, runStep } from './run-step.ts'

await runAsTask(async (stop) => {
  const { seeds, from } = readSoakSettings(process.argv.slice(2))
  refuseDebugging(inspectorUrl(), process.env['NODE_OPTIONS'])
  const { bavail, bsize } = statfsSync(root)
  refuseFullDisk(bavail * bsize)
  return runStep(process.execPath, ['sync-server/testing/simulation/soak.ts', String(from), String(seeds)], {
    stop,
  })
})
