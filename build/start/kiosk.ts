/** The kiosk's window, on a profile inside the data folder. */
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runCommand } from '../provision/run-command.ts'
import type { Child } from '../services/child.ts'
import { startChild } from '../services/child.ts'
import { Refusal } from '../setup/refusal.mjs'

export interface KioskSettings {
  readonly executable: string
  readonly profile: string
  readonly serverUrl: string
}

/** The shell writes this file when a server has enrolled it. */
export const isEnrolled = (profile: string): boolean => existsSync(join(profile, 'secure', 'server.json'))

export const hasDisplay = (env: NodeJS.ProcessEnv = process.env): boolean =>
  Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])

export const startKiosk = async (settings: KioskSettings, enrolmentCode: string | null): Promise<Child> => {
  mkdirSync(settings.profile, { recursive: true, mode: 0o700 })
  return startChild(settings.executable, {
    args: await sandboxArgs(settings.executable),
    env: {
      // A plain window, so that whoever tries the kiosk on their own computer can leave it.
      CHOWKI_KIOSK: '0',
      ...process.env,
      CHOWKI_SERVER_URL: settings.serverUrl,
      CHOWKI_USER_DATA: settings.profile,
      ...(enrolmentCode === null ? {} : { CHOWKI_ENROL_CODE: enrolmentCode }),
    },
    stdio: ['ignore', 'ignore', 'ignore'],
  })
}

/**
 * Chromium's sandbox refuses root. An ordinary user needs user namespaces, which Ubuntu 24.04 denies to unknown
 * programs, or a helper that belongs to root.
 */
const sandboxArgs = async (executable: string): Promise<string[]> => {
  if (process.getuid?.() === 0) return ['--no-sandbox']
  if ((await runCommand('unshare', ['--user', '--map-root-user', 'true'])).code === 0) return []
  const helper = join(dirname(executable), 'chrome-sandbox')
  if (isSetUidRoot(helper)) return []
  const ownByRoot = ['chown', 'root:root', helper]
  const mayRun = ['chmod', '4755', helper]
  const isDone =
    (await runCommand('sudo', ['-n', ...ownByRoot])).code === 0 &&
    (await runCommand('sudo', ['-n', ...mayRun])).code === 0
  if (isDone) return []
  throw new Refusal(
    'This system gives ordinary programs no sandbox, and the kiosk does not run without one.',
    `Run this once, then the same command again: sudo ${ownByRoot.join(' ')} && sudo ${mayRun.join(' ')}`,
  )
}

const isSetUidRoot = (path: string): boolean => {
  const { uid, mode } = statSync(path)
  return uid === 0 && (mode & 0o4000) !== 0
}
