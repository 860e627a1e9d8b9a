/** The built page, and the packed kiosk that `npm start` and the tests run. */
import { join } from 'node:path'
import type { ElectronFolder } from '../provision/electron.ts'
import { runCommand } from '../provision/run-command.ts'
import { Refusal } from '../setup/refusal.mjs'
import { say } from '../setup/terminal.mjs'
import { root } from '../tasks/run-step.ts'
import { whenStale } from './when-stale.ts'

const pageSources = [
  'renderer/**/*',
  'shared/**/*.ts',
  'sync-server/sync/client/**/*.ts',
  'package-lock.json',
  'tsconfig.base.json',
]
const shellSources = ['electron/**/*', 'build/*.mjs', 'build/icon.*']

export const pageFolder = join(root, 'renderer', 'dist')

export const buildPage = (): Promise<void> =>
  whenStale(root, {
    name: 'page',
    madeOf: pageSources,
    proof: join(pageFolder, 'index.html'),
    make: async () => {
      say('Building the kiosk’s page ...')
      const { code, stdout, stderr } = await runCommand('vite', ['build', 'renderer', '--logLevel', 'warn'], {
        cwd: root,
      })
      if (code === 0) return
      throw new Refusal(
        `The kiosk’s page could not be built:\n${stdout}${stderr}\n`,
        'npm run check may say more.',
      )
    },
  })

/** Returns the program. */
export const packKiosk = async (electron: ElectronFolder): Promise<string> => {
  await buildPage()
  const output = join(root, '.chowki', 'app')
  const folder = join(output, process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`)
  const executable = join(folder, 'chowki')
  await whenStale(root, {
    name: 'app',
    madeOf: [...pageSources, ...shellSources],
    alsoOf: [electron.folder],
    proof: executable,
    make: async () => {
      say('Packing the kiosk ...')
      const args = ['build/package-app.mjs', '--electron-dist', electron.folder, '--out', output]
      const { code, stdout, stderr } = await runCommand(process.execPath, args, { cwd: root })
      if (code === 0) return
      throw new Refusal(`The kiosk could not be packed:\n${stdout}${stderr}\n`, 'Run the same command again.')
    },
  })
  return executable
}
