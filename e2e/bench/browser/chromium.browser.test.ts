import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startChromium } from './chromium.ts'

let profile: string
beforeEach(() => {
  profile = mkdtempSync(join(tmpdir(), 'chowki-bench-chromium-'))
})
afterEach(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }))

it('leaves it to the bench what a signal means: with a browser open, too, it prints what it has', async () => {
  const listeners = () =>
    ['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => [name, process.listenerCount(name)] as const)
  const before = listeners()
  const browser = await startChromium(profile)
  const during = listeners()
  await browser.close()
  expect(during).toEqual(before)
})
