/**
 * OpenSSL 1.1, which current releases no longer carry and which one program of ours links. Taken as a package of an
 * older release of the same distribution, unpacked into the cache, and never installed: only the child that needs it
 * sees it. apt checks the distribution's signature; version and sha256 are pinned besides.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../setup/refusal.mjs'
import { say } from '../setup/terminal.mjs'
import { cachedPart } from './cache-folder.ts'
import type { Integrity } from './integrity.ts'
import { requireIntegrity } from './integrity.ts'
import { requireCommand, runCommand } from './run-command.ts'
import { operatingSystem } from './system-packages.ts'

interface OlderRelease {
  readonly suite: string
  readonly version: string
  readonly integrity: Integrity
  readonly keyring: string
}

const debian11: OlderRelease = {
  suite: 'bullseye',
  version: '1.1.1w-0+deb11u1',
  integrity: 'sha256-aadf8b4b197335645b230c2839b4517aa444fd2e8f434e5438c48a18857988f7',
  keyring: '/usr/share/keyrings/debian-archive-keyring.gpg',
}

const ubuntu2004: OlderRelease = {
  suite: 'focal',
  version: '1.1.1f-1ubuntu2',
  integrity: 'sha256-09ee28588a1fb5613ddc6c26a992d5a76931b3cf22c022930da413a5e580599e',
  keyring: '/usr/share/keyrings/ubuntu-archive-keyring.gpg',
}

const libraries = ['libssl.so.1.1', 'libcrypto.so.1.1']

/** A folder for LD_LIBRARY_PATH. */
export const openssl11Folder = (): Promise<string> => {
  const release = operatingSystem().id === 'ubuntu' ? ubuntu2004 : debian11
  return cachedPart({
    name: `libssl1.1-${release.suite}`,
    mustHold: libraries,
    neededBytes: 300_000_000,
    fill: (folder) => fillFromRelease(release, folder),
  })
}

const fillFromRelease = async (release: OlderRelease, folder: string): Promise<void> => {
  say(`Fetching OpenSSL 1.1 of ${release.suite} for MongoDB (a few MB) ...`)
  const scratch = join(folder, '.apt')
  const deb = await downloadDeb(release, scratch)
  await requireIntegrity(deb, 'OpenSSL 1.1', release.integrity)
  const unpacked = join(scratch, 'unpacked')
  await requireCommand('dpkg', ['-x', deb, unpacked], 'Check that the disk has room.')
  const libraryFolder = join(unpacked, 'usr', 'lib', 'x86_64-linux-gnu')
  for (const library of libraries) renameSync(join(libraryFolder, library), join(folder, library))
  rmSync(scratch, { recursive: true })
}

const downloadDeb = async (release: OlderRelease, scratch: string): Promise<string> => {
  for (const mirror of new Set(configuredMirrors())) {
    rmSync(scratch, { recursive: true, force: true })
    mkdirSync(join(scratch, 'lists', 'partial'), { recursive: true })
    mkdirSync(join(scratch, 'cache', 'archives', 'partial'), { recursive: true })
    const list = join(scratch, 'sources.list')
    writeFileSync(list, `deb [signed-by=${release.keyring}] ${mirror} ${release.suite} main\n`)
    const options = aptOptions(scratch, list)
    if ((await runCommand('apt-get', [...options, 'update'], { timeoutMs: 120_000 })).code !== 0) continue
    const wanted = `libssl1.1=${release.version}`
    await runCommand('apt-get', [...options, 'download', wanted], { cwd: scratch, timeoutMs: 120_000 })
    const name = readdirSync(scratch).find((entry) => entry.endsWith('.deb'))
    if (name !== undefined) return join(scratch, name)
  }
  throw new Refusal(
    `OpenSSL 1.1 of ${release.suite} could not be fetched from the mirrors in apt’s sources.`,
    'Put a mongod (7 or newer) on PATH, or set MONGODB_URL to a replica set.',
  )
}

/** Private lists and cache: the machine's own package state stays as it is, and no root is needed. */
const aptOptions = (scratch: string, list: string): string[] =>
  Object.entries({
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': join(scratch, 'lists'),
    'Dir::Cache': join(scratch, 'cache'),
    'APT::Sandbox::User': '',
    'APT::Architecture': 'amd64',
    'Acquire::Check-Valid-Until': 'false',
    'Acquire::Languages': 'none',
    'Acquire::http::Timeout': '20',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`])

/** Base addresses of the machine's own sources, in both of apt's formats; a mirror of one release has the others. */
const configuredMirrors = (): string[] => {
  const folder = '/etc/apt/sources.list.d'
  const names = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
  return ['/etc/apt/sources.list', ...names]
    .filter((path) => /\.(list|sources)$/.test(path) && existsSync(path))
    .flatMap((path) => readFileSync(path, 'utf8').split('\n'))
    .flatMap((line) => /^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s*)?)(\S+)/.exec(line)?.[1] ?? [])
    .filter((uri) => /\/(debian|ubuntu)\/?$/.test(uri))
}
