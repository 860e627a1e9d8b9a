/** A kiosk of the demonstration society in a real Chromium: the data layer built as for production, without screens. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { runCommand } from '../../../build/provision/run-command.ts'
import type { BenchContext, BenchServer } from '../workload.ts'
import { startChromium } from './chromium.ts'

export interface BenchKiosk {
  /** Until `restart`. */
  readonly page: Page
  readonly server: BenchServer
  setOffline(isOffline: boolean): Promise<void>
  /** A fresh browser on the same disk, with its page just loaded. */
  restart(): Promise<Page>
}

const projectFolder = fileURLToPath(new URL('../../..', import.meta.url))
const config = fileURLToPath(new URL('./vite.config.ts', import.meta.url))

/** Enrolled, everything pulled, a guard signed in. Ends with the call of `run` that asked for it. */
export async function openBenchKiosk(context: BenchContext): Promise<BenchKiosk> {
  const pageFolder = join(context.folder, 'page')
  await buildPage(pageFolder)
  const server = await context.startServer({
    demo: true,
    environment: { CHOWKI_SERVE_KIOSK: pageFolder },
  })
  const profile = join(context.folder, 'profile')
  let browser = await startChromium(profile)
  context.onEnd(() => browser.close())
  const { page } = browser
  await load(page, server.origin)
  const login = await firstGuard(server.dataFolder)
  const code = await server.enrolmentCode('Bench desk')
  await page.evaluate(([code, login]) => window.chowkiBench.enrol(code, login), [code, login] as const)
  return {
    page,
    server,
    setOffline: (isOffline) => browser.context.setOffline(isOffline),
    async restart() {
      await browser.close()
      browser = await startChromium(profile)
      await load(browser.page, server.origin)
      return browser.page
    },
  }
}

async function load(page: Page, origin: string): Promise<void> {
  await page.goto(origin)
  await page.waitForFunction(() => 'chowkiBench' in window)
}

async function buildPage(folder: string): Promise<void> {
  const args = ['build', '--config', config, '--outDir', folder, '--logLevel', 'warn']
  const { code, stdout, stderr } = await runCommand('vite', args, { cwd: projectFolder })
  if (code !== 0) throw new Error(`The bench's page could not be built:\n${stdout}${stderr}`)
}

/** The demonstration society's own list: a PIN, a role and a name on each line. */
async function firstGuard(dataFolder: string): Promise<{ name: string; pin: string }> {
  const [line = ''] = (await readFile(join(dataFolder, 'demo-guards.txt'), 'utf8')).split('\n')
  const [pin = '', , name = ''] = line.split('\t')
  return { name, pin }
}
