/** The packaged app on a profile of its own: started, cut off, started again. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { _electron } from '@playwright/test'
import type { ElectronApplication, Page } from '@playwright/test'
import { clockShiftEnvironment, removeClockShiftTraces } from './clock-shift.ts'
import { killTree } from './processes.ts'

export interface KioskOptions {
  readonly name: string
  readonly appPath: string
  readonly profileFolder: string
}

export interface KioskLaunch {
  /** Shift of the clock for the whole kiosk, until its next start. */
  readonly clockShiftMs?: number
}

const fakeCameraFlags = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
const rootFlags = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const startWithinMs = 180_000

export class KioskProcess {
  readonly #options: KioskOptions
  #running: { readonly app: ElectronApplication; readonly page: Page } | null = null
  /** Errors that the page reported; a spec fails if there are any. */
  readonly pageErrors: string[] = []

  constructor(options: KioskOptions) {
    this.#options = options
    mkdirSync(options.profileFolder, { recursive: true })
  }

  get name(): string {
    return this.#options.name
  }

  get isRunning(): boolean {
    return this.#running !== null
  }

  get page(): Page {
    if (this.#running === null) throw new Error(`${this.name} is not running`)
    return this.#running.page
  }

  async launch({ clockShiftMs = 0 }: KioskLaunch = {}): Promise<void> {
    const app = await _electron.launch({
      executablePath: this.#options.appPath,
      args: [...rootFlags, ...fakeCameraFlags, '--disable-gpu'],
      env: { ...inheritedEnvironment(), ...this.#environment(), ...clockShiftEnvironment(clockShiftMs) },
      timeout: startWithinMs,
    })
    const page = await app.firstWindow({ timeout: startWithinMs })
    page.on('pageerror', (error) => this.pageErrors.push(String(error)))
    this.#running = { app, page }
  }

  /** SIGKILL for the whole process tree, as a power cut. */
  async kill(): Promise<void> {
    const running = this.#running
    if (running === null) return
    this.#running = null
    const closed = new Promise<void>((resolve) => running.app.once('close', () => resolve()))
    const { pid } = running.app.process()
    if (pid !== undefined) {
      await killTree(pid)
      removeClockShiftTraces(pid)
    }
    await closed
  }

  /** As an admin closes it. */
  async quit(): Promise<void> {
    const running = this.#running
    if (running === null) return
    this.#running = null
    const { pid } = running.app.process()
    await running.app.close()
    if (pid !== undefined) removeClockShiftTraces(pid)
  }

  #environment(): Record<string, string> {
    return { CHOWKI_USER_DATA: path.resolve(this.#options.profileFolder), CHOWKI_KIOSK: '0' }
  }
}

/** Without kiosk settings from the developer's environment. */
function inheritedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('CHOWKI_'),
  )
  return Object.fromEntries(entries)
}
