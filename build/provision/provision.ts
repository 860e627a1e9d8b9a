/** Which real parts a task needs, brought onto this machine. Each is left alone when it is there already. */
import { say } from '../setup/terminal.mjs'
import { browserPackages, provisionBrowser } from './browser.ts'
import type { ElectronFolder } from './electron.ts'
import { provisionElectron } from './electron.ts'
import type { MongodProgram } from './mongod.ts'
import { provisionMongod } from './mongod.ts'
import type { SystemPackage } from './system-packages.ts'
import { installSystemPackages } from './system-packages.ts'

export interface PartsWanted {
  /** A mongod of our own; not needed where MONGODB_URL names a server. */
  readonly mongod?: boolean
  /** Electron and the libraries that it links. */
  readonly electron?: boolean
  /** Xvfb and a keyring: what tests drive besides. */
  readonly desk?: boolean
  /** The program that takes a fixed camera's picture. */
  readonly camera?: boolean
  readonly browser?: boolean
}

export interface Parts {
  readonly mongod: MongodProgram | null
  readonly electron: ElectronFolder | null
  readonly browser: string | null
}

/** Libraries that both MongoDB's builds and Debian's smallest images are missing. */
const mongodPackages: readonly SystemPackage[] = [['libcurl4t64', 'libcurl4']]

const electronPackages: readonly SystemPackage[] = [
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libasound2t64', 'libasound2'],
  'libnss3',
  'libgbm1',
  'libxss1',
  'libxtst6',
  'libnotify4',
  'libsecret-1-0',
  'fonts-noto-core',
]

const deskPackages: readonly SystemPackage[] = [
  'xvfb',
  'xauth',
  'xdotool',
  'faketime',
  'dbus',
  ['dbus-daemon', 'dbus'],
  'dbus-x11',
  'gnome-keyring',
]

export const provision = async (wanted: PartsWanted): Promise<Parts> => {
  await installSystemPackages([
    ...(wanted.mongod ? mongodPackages : []),
    ...(wanted.electron ? electronPackages : []),
    ...(wanted.desk ? deskPackages : []),
    ...(wanted.camera ? ['fswebcam'] : []),
    ...(wanted.browser ? browserPackages() : []),
  ])
  const parts = {
    mongod: wanted.mongod ? await provisionMongod() : null,
    electron: wanted.electron ? await provisionElectron() : null,
    browser: wanted.browser ? await provisionBrowser() : null,
  }
  for (const line of toLines(parts)) say(line)
  return parts
}

const toLines = ({ mongod, electron, browser }: Parts): string[] => [
  ...(mongod ? [`MongoDB ${mongod.version}: ${mongod.command}`] : []),
  ...(electron
    ? [
        `Electron ${electron.version}: ${electron.folder}${electron.isOfficial ? '' : ' (for development only)'}`,
      ]
    : []),
  ...(browser ? [`Chromium: ${browser}`] : []),
]

/** How the parts are told to the programs that use them. */
export const partsToEnv = ({ mongod, electron, browser }: Parts): Record<string, string> => ({
  ...(mongod
    ? { CHOWKI_MONGOD: mongod.command, CHOWKI_MONGOD_LIBRARIES: mongod.env['LD_LIBRARY_PATH'] ?? '' }
    : {}),
  ...(electron ? { ELECTRON_OVERRIDE_DIST_PATH: electron.folder } : {}),
  ...(browser ? { CHROMIUM_PATH: browser } : {}),
})
