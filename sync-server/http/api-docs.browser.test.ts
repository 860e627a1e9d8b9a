/** API-10: the page of the description in a real browser, which is told to load nothing from elsewhere, and need not. */
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await server.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => server.close())

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

test('API-10 it shows each collection, asks no other host, and keeps to its policy', async () => {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    const [asked, refused]: [string[], string[]] = [[], []]
    page.on('request', (request) => asked.push(request.url()))
    page.on('console', (line) => {
      if (/content security policy/i.test(line.text())) refused.push(line.text())
    })
    const origin = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
    await page.goto(`${origin}/api/docs`)
    for (const name of ['Flats', 'VisitorEntries', 'AuditLogs']) {
      await page
        .getByRole('link', { name, exact: true })
        .or(page.getByText(name, { exact: true }))
        .first()
        .waitFor()
    }
    expect(asked).toContain(`${origin}/api/openapi.json`)
    expect(asked.filter((url) => !/^(data|blob):/.test(url) && new URL(url).origin !== origin)).toEqual([])
    expect(refused).toEqual([])
    // Would be noticed: the policy refuses it.
    await page.evaluate(() => fetch('http://127.0.0.1:9/').catch(() => null))
    expect(refused).not.toEqual([])
  } finally {
    await browser.close()
  }
})
