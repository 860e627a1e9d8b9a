import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from 'vite'

let folder: string
let page: string
let scripts: string
let files: readonly string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chowki-kiosk-'))
  const configFile = join(import.meta.dirname, '..', 'vite.config.ts')
  await build({ configFile, logLevel: 'error', build: { outDir: folder } })
  files = await readdir(folder, { recursive: true })
  page = await readFile(join(folder, 'index.html'), 'utf8')
  const read = files
    .filter((file) => file.endsWith('.js'))
    .map((file) => readFile(join(folder, file), 'utf8'))
  scripts = (await Promise.all(read)).join('\n')
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

test('the page runs nothing inline and evaluates nothing', () => {
  expect(page).toContain('Content-Security-Policy')
  expect(page).not.toMatch(/unsafe-inline|(?<!wasm-)unsafe-eval|\son\w+=/u)
  expect([...page.matchAll(/<script(?![^>]*\ssrc=)/gu)]).toEqual([])
  expect(scripts).not.toMatch(/\bnew Function\(|\beval\(/u)
})

test('everything that the page loads lies beside it', () => {
  const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/gu)].map((match) => match[1])
  expect(loaded.length).toBeGreaterThan(2)
  expect(loaded.filter((address) => !address?.startsWith('./'))).toEqual([])
})

test('no gallery, no fake data, no source map is in the product', () => {
  expect(files.filter((file) => /gallery|\.map$/u.test(file))).toEqual([])
  for (const sample of ['Lotus Heights', 'Suresh Yadav', 'Priya Deshmukh', 'sourceMappingURL'])
    expect(scripts).not.toContain(sample)
  expect(scripts).toContain('Who is on duty?')
})
