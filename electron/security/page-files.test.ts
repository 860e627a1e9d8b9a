import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isKioskUrl } from './kiosk-origin.ts'
import { createPageFiles, pagePathOf } from './page-files.ts'

describe('S1 the page’s own origin', () => {
  it.each([
    ['chowki://kiosk/', true],
    ['chowki://kiosk/inside?x=1#y', true],
    ['chowki://kiosk.evil/', false],
    ['chowki://evil@kiosk/', false],
    ['chowki://kiosk:80/', false],
    ['chowki:kiosk', false],
    ['https://kiosk/', false],
    ['file:///kiosk', false],
    ['about:blank', false],
    ['', false],
  ])('%s -> %s', (url, expected) => expect(isKioskUrl(url)).toBe(expected))
})

describe('S1 page files', () => {
  const outer = mkdtempSync(join(tmpdir(), 'chowki-page-'))
  const folder = join(outer, 'page')
  const serve = createPageFiles(folder)
  const get = (path: string, method = 'GET') => serve(new Request(`chowki://kiosk${path}`, { method }))

  beforeAll(() => {
    mkdirSync(join(folder, 'assets'), { recursive: true })
    writeFileSync(join(outer, 'secret.json'), '{"secret":1}')
    writeFileSync(join(folder, 'index.html'), '<!doctype html>desk')
    writeFileSync(join(folder, 'assets', 'a.wasm'), Buffer.from([0, 97, 115, 109]))
    writeFileSync(join(folder, 'notes.sh'), 'echo')
  })
  afterAll(() => rmSync(outer, { recursive: true, force: true }))

  it('serves the page with its policy, and no more than its policy', async () => {
    const answer = await get('/')
    expect(await answer.text()).toContain('desk')
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("connect-src 'self'")
    expect(policy).not.toMatch(/unsafe-eval'(?<!wasm-unsafe-eval')|https?:|\*/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('gives a screen’s path the page, a file its type, and HEAD no body', async () => {
    expect(await (await get('/inside/now')).text()).toContain('desk')
    expect((await get('/assets/a.wasm')).headers.get('content-type')).toBe('application/wasm')
    expect(await (await get('/', 'HEAD')).text()).toBe('')
  })

  it('refuses other methods, unknown types and missing files', async () => {
    expect((await get('/', 'POST')).status).toBe(405)
    expect((await get('/notes.sh')).status).toBe(404)
    expect((await get('/assets/b.js')).status).toBe(404)
  })

  it.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/%2e%2e%2fsecret.json',
    '/assets/..%2f..%2fsecret.json',
    '/..%5csecret.json',
    '//secret.json',
    '/%00secret.json',
    '/%ff.json',
  ])('never leaves its folder by %s', async (path) => {
    const answer = await get(path)
    expect(answer.status).toBe(404)
    expect(await answer.text()).not.toContain('secret')
  })

  it('knows a path that URL parsing has not cleaned', () => {
    expect(pagePathOf('/../secret.json')).toBeNull()
    expect(pagePathOf('/a/./b.js')).toBeNull()
    expect(pagePathOf('secret.json')).toBeNull()
  })
})
