/** `npm run fuzz -- --runs 2000 [--seed 1]`: hostile requests to every route of a server on a MongoDB of its own. */
import { readFuzzSettings } from '../fuzz/settings.ts'
import { provision } from '../provision/provision.ts'
import { startTestMongod } from '../services/test-services.ts'
import { runAsTask } from './run-as-task.ts'
import { runStep } from './run-step.ts'

await runAsTask(async (stop) => {
  const { runs, seed } = readFuzzSettings(process.argv.slice(2))
  const parts = await provision({ mongod: true })
  if (parts.mongod === null || stop.aborted) return 1
  const { mongod, remove } = await startTestMongod(parts.mongod)
  try {
    const env = { MONGODB_TEST_URL: mongod.url }
    return await runStep(process.execPath, ['sync-server/testing/fuzz/main.ts', String(runs), String(seed)], {
      env,
      stop,
    })
  } finally {
    await remove()
  }
})
