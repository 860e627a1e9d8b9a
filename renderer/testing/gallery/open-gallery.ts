/** Builds the gallery into a folder of its own, serves it, and opens it in the machine's Chromium with a made-up camera. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { build, preview } from 'vite'

export interface GalleryView {
  readonly width: number
  readonly height: number
  /** Query of `gallery.tsx`: `fake`, `start`, `stage`, `screen`, `language`, `theme`, ... */
  readonly query: Readonly<Record<string, string>>
}

export interface Gallery {
  /** A fresh page that has drawn its fonts; faults that the page reported are in `faults`. */
  show(view: GalleryView): Promise<{ readonly page: Page; readonly faults: readonly string[] }>
  close(): Promise<void>
}

/** How often slower than this machine the pages run; `CHOWKI_TEST_SLOWDOWN=6` shows which test depends on speed. */
const slowdown = Number(process.env['CHOWKI_TEST_SLOWDOWN'] ?? 1)
const actionTimeoutMs = 90_000

const renderer = join(import.meta.dirname, '..', '..')

export async function openGallery(): Promise<Gallery> {
  const outDir = await mkdtemp(join(tmpdir(), 'chowki-gallery-'))
  await build({
    configFile: join(renderer, 'vite.config.ts'),
    mode: 'gallery',
    logLevel: 'error',
    build: { outDir },
  })
  const server = await preview({
    configFile: join(renderer, 'vite.config.ts'),
    mode: 'gallery',
    logLevel: 'error',
    build: { outDir },
    preview: { port: 0, host: '127.0.0.1' },
  })
  const address = server.httpServer.address()
  if (address === null || typeof address === 'string') throw new Error('The gallery’s server has no port')
  const browser = await launchChromium()
  // One context: its cache holds the fonts for all pages.
  const context = await browser.newContext()
  return {
    show: (view) => showView(context, `http://127.0.0.1:${address.port}/testing/gallery/gallery.html`, view),
    async close() {
      await browser.close()
      await server.close()
      await rm(outDir, { recursive: true, force: true })
    },
  }
}

/** The runner of the tests names the browser; by hand, Debian's. */
const browserPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    ...(existsSync(browserPath) ? { executablePath: browserPath } : {}),
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
    ],
  })

async function showView(
  context: BrowserContext,
  url: string,
  view: GalleryView,
): ReturnType<Gallery['show']> {
  const page = await context.newPage()
  page.setDefaultTimeout(actionTimeoutMs)
  if (slowdown > 1) {
    const session = await context.newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  }
  await page.setViewportSize({ width: view.width, height: view.height })
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  await page.goto(`${url}?${new URLSearchParams(view.query).toString()}`)
  await page.waitForSelector('#kiosk > *')
  await page.evaluate(() => document.fonts.ready)
  return { page, faults }
}
