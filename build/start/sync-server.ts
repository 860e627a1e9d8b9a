/** The sync server for `npm start`: the demonstration society, settings from the environment, and the kiosk's page. */
import { join } from 'node:path'
import { sayWhileWaiting } from '../setup/terminal.mjs'
import type { Child } from '../services/child.ts'
import { launchSyncServer } from '../services/sync-server.ts'

export interface ServerSettings {
  readonly dataFolder: string
  readonly port: number
  readonly mongodbUrl: string
  readonly pageFolder: string
}

export const serverEnv = ({
  dataFolder,
  port,
  mongodbUrl,
  pageFolder,
}: ServerSettings): NodeJS.ProcessEnv => ({
  CHOWKI_DEMO: '1',
  ...process.env,
  CHOWKI_DATA: dataFolder,
  CHOWKI_PORT: String(port),
  MONGODB_URL: mongodbUrl,
  CHOWKI_SERVE_KIOSK: pageFolder,
})

/** Resolves when it listens. */
export const startServer = async (settings: ServerSettings): Promise<Child> => {
  const stopSaying = sayWhileWaiting(() => '  the server fills the demonstration society ...', 5_000)
  try {
    const { child } = await launchSyncServer(serverEnv(settings), join(settings.dataFolder, 'server.log'))
    return child
  } finally {
    stopSaying()
  }
}
