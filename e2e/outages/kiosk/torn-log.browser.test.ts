/** What a power cut in the middle of a write leaves, made by hand: rare, and then everything would be lost. */
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { provisionBrowser } from '../../../build/provision/browser.ts'
import { serveGatePage, startGateBrowser } from './browser.ts'
import type { GateBrowser, GatePages } from './browser.ts'

let pages: GatePages
let profile: string
let browser: GateBrowser | null = null
beforeEach(async () => {
  pages = await serveGatePage()
  profile = await mkdtemp(join(tmpdir(), 'chowki-torn-'))
})
afterEach(async () => {
  await browser?.end()
  await pages.close()
  await rm(profile, { recursive: true, force: true, maxRetries: 5 })
})

/** After a kill; the number of visits that the desk holds. */
const reopen = async (): Promise<number> => {
  await browser?.end()
  browser = await startGateBrowser(await provisionBrowser(), profile, pages.origin)
  return browser.page.evaluate(async () => {
    await window.gate.open()
    return (await window.gate.readAll()).length
  })
}

const letIn = async (phone: string): Promise<void> => {
  const photo = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(3_000, 7)])
  const visit = { visitorId: null, name: 'Asha', phone, photo: photo.toString('base64') }
  await browser?.page.evaluate((what) => window.gate.letIn(what), visit)
}

/** The header of a record of 3,000 bytes, and the first hundred of them. */
const tearLog = async (): Promise<void> => {
  const databases = join(profile, 'Default', 'IndexedDB')
  const folder = (await readdir(databases)).find((name) => name.endsWith('.leveldb')) ?? ''
  const log = (await readdir(join(databases, folder))).find((name) => name.endsWith('.log')) ?? ''
  const half = Buffer.alloc(107, 0x41)
  half.writeUInt16LE(3_000, 4)
  half.writeUInt8(1, 6)
  await appendFile(join(databases, folder, log), half)
}

it('S9 P1 half a record at the end of the storage’s log costs nothing of what was saved before or after', async () => {
  expect(await reopen()).toBe(0)
  await browser?.page.evaluate(() => window.gate.fill())
  await letIn('+919876543210')
  await browser?.end()
  await tearLog()
  expect(await reopen()).toBe(1)
  await letIn('+919876543211')
  expect(await reopen()).toBe(2)
})
