/** A real Chromium in a process group of its own, so that all of it can be stopped, on a profile folder that may be on a separate disk. */
import { build } from 'esbuild'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import type { Page } from 'playwright-core'
import { trimTornLogs } from '../../../electron/services/torn-logs.ts'
import { startChild } from '../../../build/services/child.ts'
import type { Child } from '../../../build/services/child.ts'
import { readProcessStat } from '../../../build/services/process-stat.ts'
import { processTree } from '../../harness/processes.ts'

const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-crash-reporter',
  '--no-first-run',
  '--remote-debugging-port=0',
]
const startWithinMs = 60_000

export interface GatePages {
  readonly origin: string
  close(): Promise<void>
}

/** On one port for all browsers of a run: a page's storage belongs to its origin. */
export async function serveGatePage(): Promise<GatePages> {
  const entry = fileURLToPath(new URL('./page/gate-page.ts', import.meta.url))
  const options = { bundle: true, format: 'esm', target: 'chrome138', write: false } as const
  const bundle = await build({ ...options, entryPoints: [entry], logLevel: 'silent' })
  const script = bundle.outputFiles[0]?.text ?? ''
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8')
    response.end(
      isScript ? script : '<!doctype html><title>Gate</title><script type="module" src="/page.js"></script>',
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export interface GateBrowser {
  readonly page: Page
  /** Of the process group that is all of this browser. */
  readonly group: number
  /** SIGKILL, also while it is stopped. */
  end(): Promise<void>
}

export async function startGateBrowser(
  program: string,
  profile: string,
  origin: string,
): Promise<GateBrowser> {
  // Left by the browser that was cut off: of another port, and of a process that is gone.
  for (const name of ['DevToolsActivePort', 'SingletonLock', 'SingletonCookie', 'SingletonSocket'])
    rmSync(join(profile, name), { force: true })
  // As the shell does before it opens its window.
  await trimTornLogs(join(profile, 'Default'))
  const child = await startChild(program, { args: [...flags, `--user-data-dir=${profile}`, 'about:blank'] })
  try {
    const browser = await chromium.connectOverCDP(await debuggingAddress(profile, child))
    const page = (await browser.contexts()[0]?.newPage()) ?? (await browser.newPage())
    await page.goto(origin)
    await page.waitForFunction(() => 'gate' in window)
    refuseStrays(child.pid)
    return {
      page,
      group: child.pid,
      async end() {
        await child.kill()
        // It was killed: its connection is gone with it.
        await browser.close().catch(() => undefined)
      },
    }
  } catch (error) {
    await child.kill()
    throw error
  }
}

async function debuggingAddress(profile: string, child: Child): Promise<string> {
  const file = join(profile, 'DevToolsActivePort')
  const deadline = Date.now() + startWithinMs
  while (!child.hasExited() && Date.now() < deadline) {
    const [port = ''] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
    if (port !== '') return `http://127.0.0.1:${port}`
    await sleep(20)
  }
  throw new Error('Chromium does not open its debugging port')
}

/** A helper process outside the group would go on writing while the rest stands still. */
function refuseStrays(leader: number): void {
  const family = processTree(leader)
  if (family.length < 3) throw new Error('Chromium’s helper processes are not found')
  // One that has ended meanwhile writes no more.
  const stray = family.find((pid) => (readProcessStat(`/proc/${pid}`)?.group ?? leader) !== leader)
  if (stray !== undefined) throw new Error(`Chromium runs outside its process group: ${stray}`)
}
