/** A real Chromium on a profile folder of its own, that can be killed as a power cut kills it. */
import { build } from 'esbuild'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import type { Page } from 'playwright-core'

/** As the shell serves it: nothing may evaluate text as code. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src 'self' blob:"
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--remote-debugging-port=0',
]

export interface TestPages {
  readonly origin: string
  close(): Promise<void>
}

export async function serveTestPage(): Promise<TestPages> {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('./browser-page.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    target: 'chrome140',
    write: false,
    logLevel: 'silent',
  })
  const script = bundle.outputFiles[0]?.text ?? ''
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('content-security-policy', contentSecurityPolicy)
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8')
    response.end(
      isScript ? script : '<!doctype html><title>Desk</title><script type="module" src="/page.js"></script>',
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export interface TestBrowser {
  readonly page: Page
  /** SIGKILL to the browser and all its helpers, in the middle of whatever they do. */
  kill(): Promise<void>
}

export async function startBrowser(profile: string, origin: string): Promise<TestBrowser> {
  await rm(join(profile, 'DevToolsActivePort'), { force: true })
  const child = spawn(executablePath, [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    detached: true,
    stdio: 'ignore',
  })
  // A test run that is broken off must not leave a browser behind.
  const killNow = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL')
  }
  process.once('exit', killNow)
  const endpoint = await debuggingEndpoint(profile, child)
  const browser = await chromium.connectOverCDP(endpoint)
  const page = (await browser.contexts()[0]?.newPage()) ?? (await browser.newPage())
  page.setDefaultTimeout(600_000)
  await page.goto(origin)
  await page.waitForFunction(() => 'testDesk' in window)
  return {
    page,
    async kill() {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit')
        killNow()
        await gone
      }
      process.removeListener('exit', killNow)
      // It was killed: its connection is gone with it.
      await browser.close().catch(() => undefined)
      await rm(join(profile, 'SingletonLock'), { force: true })
    },
  }
}

async function debuggingEndpoint(profile: string, child: ChildProcess): Promise<string> {
  const file = join(profile, 'DevToolsActivePort')
  for (let waited = 0; waited < 60_000; waited += 50) {
    if (child.exitCode !== null) throw new Error(`Chromium ended with code ${child.exitCode}`)
    if (existsSync(file)) {
      const [port] = (await readFile(file, 'utf8')).split('\n')
      if (port !== undefined && port !== '') return `http://127.0.0.1:${port}`
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('Chromium did not open its debugging port')
}
