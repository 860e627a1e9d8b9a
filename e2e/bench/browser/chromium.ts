/** A real Chromium on a profile of its own, with a screen that is drawn: hidden pages get no animation frames. */
import { chromium } from 'playwright-core'
import type { BrowserContext, Page } from 'playwright-core'
import { provisionBrowser } from '../../../build/provision/browser.ts'

const flags = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Playwright would end this process at Ctrl-C, before the bench has told what it has and cleaned up. */
const leavesSignals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }

export interface BenchBrowser {
  readonly context: BrowserContext
  readonly page: Page
  close(): Promise<void>
}

let program: Promise<string> | null = null

export async function startChromium(profile: string): Promise<BenchBrowser> {
  program ??= provisionBrowser()
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await program,
    headless: true,
    args: flags,
    viewport: { width: 1280, height: 800 },
    locale: 'en-IN',
    timeout: 120_000,
    ...leavesSignals,
  })
  const page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(300_000)
  return { context, page, close: () => context.close() }
}
