/** A link that makes a browser on this machine a desk, also of a server that another `npm start` runs. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { askSyncServer } from '../services/sync-server.ts'
import { Refusal } from '../setup/refusal.mjs'
import { serverEnv } from './sync-server.ts'
import type { ServerSettings } from './sync-server.ts'

export const browserDesk = 'Browser on the server’s machine'

const settingsFile = (dataFolder: string): string => join(dataFolder, 'running.json')

/** For whoever asks the running server for a code: MongoDB may have any port, or an address with a password. */
export const noteRunning = (settings: ServerSettings): void =>
  writeFileSync(settingsFile(settings.dataFolder), JSON.stringify(settings), { mode: 0o600 })

export const forgetRunning = (dataFolder: string): void => rmSync(settingsFile(dataFolder), { force: true })

/** Of the server that runs on this data folder; a `Refusal` while it is still starting. */
export function readRunning(dataFolder: string): ServerSettings {
  try {
    return JSON.parse(readFileSync(settingsFile(dataFolder), 'utf8')) as ServerSettings
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new Refusal(
      'The server is still starting.',
      'Run the same command again when it prints its address.',
    )
  }
}

/** Good for 15 minutes, once. */
export async function enrolmentCode(settings: ServerSettings, name: string): Promise<string> {
  const [code = ''] = await askSyncServer(serverEnv(settings), [
    'enrolment-code',
    '--gate',
    'Main Gate',
    '--name',
    name,
  ])
  return code
}

export const serverAddress = ({ port }: Pick<ServerSettings, 'port'>): string => `http://127.0.0.1:${port}`

export const enrolmentLink = async (settings: ServerSettings): Promise<string> =>
  `${serverAddress(settings)}/#enrol=${await enrolmentCode(settings, browserDesk)}`
