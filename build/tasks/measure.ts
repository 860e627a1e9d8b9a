/** `npm run measure [-- CHECKOUT]`: how far a visit goes through our files, and what a reader meets there. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { countSources, screenFilesOfTap } from '../measure/source-counts.ts'
import { provision } from '../provision/provision.ts'
import { startTestMongod } from '../services/test-services.ts'
import { say } from '../setup/terminal.mjs'
import { runAsTask } from './run-as-task.ts'
import { root, runStep } from './run-step.ts'

await runAsTask(async (stop) => {
  const measured = resolve(process.argv[2] ?? root)
  say(`Sources: ${JSON.stringify(countSources(measured), null, 2)}`)
  say(`Screen files of the tap: ${JSON.stringify(screenFilesOfTap(measured), null, 2)}`)
  const { mongod: program } = await provision({
    mongod: true,
    browser: false,
    electron: false,
    desk: false,
    camera: false,
  })
  if (program === null) return 1
  const folder = mkdtempSync(join(tmpdir(), 'chowki-measure-'))
  const { mongod, remove } = await startTestMongod(program)
  try {
    const hook = pathToFileURL(join(root, 'build/measure/coverage-hook.ts')).href
    return await runStep(process.execPath, [join(root, 'build/measure/visit-way.ts'), measured], {
      stop,
      env: { COVERAGE_FOLDER: folder, MONGODB_TEST_URL: mongod.url, NODE_OPTIONS: `--import=${hook}` },
    })
  } finally {
    await remove()
    rmSync(folder, { recursive: true, force: true })
  }
})
