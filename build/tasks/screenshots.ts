/**
 * `npm run screenshots [-- part of a screen's name]`: pictures of the kiosk's screens with sample data, in screenshots/,
 * and the picture in README.md.
 */
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { partsToEnv, provision } from '../provision/provision.ts'
import { installSystemPackages } from '../provision/system-packages.ts'
import { Refusal } from '../setup/refusal.mjs'
import { runAsTask } from './run-as-task.ts'
import { root, runStep } from './run-step.ts'

const script = 'renderer/testing/gallery/screenshots.ts'
const folder = 'screenshots'
/** README shows this one. */
const picture = 'gate-person.1280.en.light.png'

await runAsTask(async (stop) => {
  if (!existsSync(join(root, script))) throw new Refusal(`${script} is not there.`, 'It takes the pictures.')
  await installSystemPackages(['fonts-noto-core'])
  const parts = await provision({ browser: true })
  const code = await runStep(process.execPath, [script, folder, ...process.argv.slice(2)], {
    env: partsToEnv(parts),
    stop,
  })
  const taken = join(root, folder, picture)
  if (code === 0 && existsSync(taken)) copyFileSync(taken, join(root, 'build', 'screenshot.png'))
  return code
})
