import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { app } from 'electron'
import type { Log } from '../services/log.ts'
import type { LaunchOptions } from './launch-options.ts'

/** Before the app is ready. The profile decides where data lie, and so also what counts as a second instance. */
export const applyProfile = (options: LaunchOptions): void => {
  if (options.userData === null) return
  const folder = resolve(options.userData)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  app.setPath('userData', folder)
  app.setPath('sessionData', folder)
}

/**
 * Chromium looks for a keyring only on desktops that it knows. A gate's kiosk often runs a bare X session with
 * a keyring all the same, so there it is told to try.
 */
export const preferKeyring = (environment: Readonly<Record<string, string | undefined>>): void => {
  if (process.platform !== 'linux' || app.commandLine.hasSwitch('password-store')) return
  const hasDesktop = (environment['XDG_CURRENT_DESKTOP'] ?? '') !== ''
  const hasBus = (environment['DBUS_SESSION_BUS_ADDRESS'] ?? '') !== ''
  if (!hasDesktop && hasBus) app.commandLine.appendSwitch('password-store', 'gnome-libsecret')
}

/** Two shells on one profile would be two writers of one database. */
export const claimSingleInstance = (log: Log, onSecond: () => void): boolean => {
  if (!app.requestSingleInstanceLock()) {
    log.error('another instance uses this profile', { profile: app.getPath('userData') })
    return false
  }
  app.on('second-instance', onSecond)
  return true
}
