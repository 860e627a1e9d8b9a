/** The peers' packages: hundreds, some old. They are fetched when the bench first needs them, into the cache, and nowhere else. */
import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cachedPart } from '../../../../build/provision/cache-folder.ts'
import { runCommand } from '../../../../build/provision/run-command.ts'
import { say } from '../../../../build/setup/terminal.mjs'
import { NotRun } from '../../workload.ts'

export const peersFolder = fileURLToPath(new URL('../../peers', import.meta.url))
const listed = ['package.json', 'package-lock.json'] as const
const withinMs = 300_000

let installing: Promise<string> | null = null

/** The folder that has `node_modules`. Rejects with `NotRun`, each time with the same reason. */
export const peerPackages = (): Promise<string> => (installing ??= install())

async function install(): Promise<string> {
  const lock = readFileSync(join(peersFolder, 'package-lock.json'))
  const version = createHash('sha256').update(lock).digest('hex').slice(0, 12)
  try {
    return await cachedPart({
      name: `bench-peers-${version}`,
      mustHold: [...listed, 'node_modules/.package-lock.json'],
      neededBytes: 600_000_000,
      fill,
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    throw new NotRun(`the peers’ packages could not be installed: ${reason}`)
  }
}

async function fill(folder: string): Promise<void> {
  say('Installing the packages of rxdb-server and PouchDB for the bench (300 MB, once) ...')
  for (const name of listed) copyFileSync(join(peersFolder, name), join(folder, name))
  const { code, stderr } = await runCommand(
    'npm',
    [
      ...['ci', '--prefix', folder, '--ignore-scripts', '--omit=optional'],
      ...['--no-audit', '--no-fund', '--loglevel=error'],
    ],
    { cwd: folder, timeoutMs: withinMs },
  )
  if (code === 0) return
  throw new Error(stderr.split('\n').find((line) => line.startsWith('npm error')) ?? `npm ended with ${code}`)
}
