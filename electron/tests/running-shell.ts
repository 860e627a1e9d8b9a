import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { _electron } from '@playwright/test'
import type { ElectronApplication, Page } from '@playwright/test'
import type { IpcChannel } from '@chowki/shared/ipc/channels.ts'

export interface RunningShell {
  readonly app: ElectronApplication
  readonly page: Page
  /** Lines that the shell wrote to its error stream. */
  readonly log: () => string
  readonly kill: () => Promise<void>
}

export interface ShellStart {
  readonly executable: string
  readonly display: string
  readonly profile: string
  readonly environment?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
}

/** Only a shell that hangs takes this long, even on a slow machine. */
const startWithinMs = 60_000

const rootArgs = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** Variables of the developer's desktop that would change the shell: keyring, kiosk settings, display. */
const cleanEnvironment = (): Record<string, string> => {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(?:CHOWKI_|XDG_|DBUS_|DISPLAY|WAYLAND_|ELECTRON_)/.test(entry[0]),
  )
  return Object.fromEntries(kept)
}

export const startShell = async (start: ShellStart): Promise<RunningShell> => {
  const app = await _electron.launch({
    executablePath: start.executable,
    args: [...(start.args ?? rootArgs), '--disable-gpu'],
    env: {
      ...cleanEnvironment(),
      DISPLAY: start.display,
      CHOWKI_USER_DATA: start.profile,
      CHOWKI_KIOSK: '0',
      ...start.environment,
    },
    // Playwright would add --no-sandbox of its own.
    chromiumSandbox: true,
    timeout: startWithinMs,
  })
  let written = ''
  app.process().stderr?.on('data', (chunk: Buffer) => (written += chunk.toString()))
  const page = await app.firstWindow({ timeout: startWithinMs })
  await page.waitForSelector('body[data-ready]', { timeout: startWithinMs })
  return {
    app,
    page,
    log: () => written,
    kill: async () => {
      const gone = once(app.process(), 'exit')
      app.process().kill('SIGKILL')
      await gone
    },
  }
}

interface Bridge {
  invoke: (channel: string, request: unknown) => Promise<unknown>
}

/** As the page itself would ask. */
export const invoke = (page: Page, channel: IpcChannel, request: unknown = null): Promise<unknown> =>
  page.evaluate(
    async ([name, body]) => {
      const bridge = (globalThis as unknown as { chowki: Bridge }).chowki
      return await bridge.invoke(name as string, body)
    },
    [channel, request] as const,
  )

/** A program that starts the app in other surroundings; Playwright takes it for the app. */
export const writeWrapper = (folder: string, name: string, script: string): string => {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}
