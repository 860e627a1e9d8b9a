import { existsSync } from 'node:fs'
import path from 'node:path'
import { root } from '../../build/tasks/run-step.ts'

/** The packaged app: `CHOWKI_APP`, or where `npm test` packs it. */
export function packagedAppPath(): string {
  const unpacked = process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`
  const app = process.env['CHOWKI_APP'] ?? path.join(root, '.chowki', 'app', unpacked, 'chowki')
  if (!existsSync(app))
    throw new Error(`The packaged app is not at ${app}. Run \`npm test\`, which packs it first.`)
  return app
}
