/** `npm run dist [-- --target deb]`: the installers, always with the official Electron. */
import { buildPage } from '../products/products.ts'
import { provisionElectron } from '../provision/electron.ts'
import { runAsTask } from './run-as-task.ts'
import { runStep } from './run-step.ts'

await runAsTask(async (stop) => {
  const electron = await provisionElectron({ officialOnly: true })
  await buildPage()
  const args = [
    'build/package-app.mjs',
    '--release',
    '--electron-dist',
    electron.folder,
    ...process.argv.slice(2),
  ]
  return runStep(process.execPath, args, { stop })
})
