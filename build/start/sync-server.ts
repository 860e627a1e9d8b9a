/** The sync server as a child of `npm start`, its log kept in the data folder. */
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Refusal } from '../setup/refusal.mjs'
import { sayWhileWaiting } from '../setup/terminal.mjs'
import type { Child } from '../services/child.ts'
import { startChild } from '../services/child.ts'
import { runCommand } from '../provision/run-command.ts'
import { root } from '../tasks/run-step.ts'

export interface ServerSettings {
  readonly dataFolder: string
  readonly port: number
  readonly mongodbUrl: string
  readonly pageFolder: string
}

const listenWithinMs = 300_000

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
  const logPath = join(settings.dataFolder, 'server.log')
  const log = createWriteStream(logPath, { flags: 'a', mode: 0o600 })
  const child = await startChild(process.execPath, {
    args: ['sync-server/server.ts'],
    cwd: root,
    env: serverEnv(settings),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stopSaying = sayWhileWaiting(() => '  the server fills the demonstration society ...', 5_000)
  try {
    await listening(child, (line) => log.write(`${line}\n`), logPath)
  } catch (error) {
    await child.stop()
    throw error
  } finally {
    stopSaying()
  }
  return child
}

const listening = (child: Child, keep: (line: string) => void, logPath: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let last = ''
    const fail = (): void =>
      reject(
        new Refusal(
          `The sync server did not start: ${last || 'it gave no reason'}`,
          `(All of it: ${logPath})`,
        ),
      )
    const timer = setTimeout(fail, listenWithinMs)
    void child.exited.then(fail)
    if (child.stdout === null) return
    createInterface({ input: child.stdout }).on('line', (line) => {
      keep(line)
      last = messageOf(line)
      if (last !== 'listening') return
      clearTimeout(timer)
      resolve()
    })
  })

const messageOf = (line: string): string => {
  try {
    return String((JSON.parse(line) as { msg?: unknown }).msg ?? '')
  } catch {
    return line
  }
}

/** An admin's command on the server's machine; its lines. */
export const askServer = async (settings: ServerSettings, args: readonly string[]): Promise<string[]> => {
  const { code, stdout, stderr } = await runCommand(process.execPath, ['sync-server/cli/main.ts', ...args], {
    cwd: root,
    env: serverEnv(settings),
  })
  if (code !== 0) throw new Refusal(`The server’s command ${args[0] ?? ''} failed: ${stderr.trim()}`, '')
  return stdout.split('\n').filter((line) => line !== '')
}
