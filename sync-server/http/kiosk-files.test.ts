import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerErrors, dressEveryAnswer } from './answers.ts'
import { kioskFiles } from './kiosk-files.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'chowki-page-'))
let app: FastifyInstance
beforeAll(async () => {
  mkdirSync(path.join(folder, 'assets'))
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Chowki</title>')
  writeFileSync(path.join(folder, 'assets', 'app-1a2b.js'), 'export {}')
  writeFileSync(path.join(folder, 'assets', 'zxing-1a2b.wasm'), '')
  writeFileSync(path.join(path.dirname(folder), 'chowki-outside.txt'), 'secret')
  app = Fastify()
  answerErrors(app)
  dressEveryAnswer(app)
  app.get('/api/health', async () => ({}))
  await app.register(kioskFiles, { folder })
})
afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true })
  rmSync(path.join(path.dirname(folder), 'chowki-outside.txt'))
})

const get = (url: string, options: { remoteAddress?: string; host?: string; forwardedFor?: string } = {}) =>
  app.inject({
    url,
    remoteAddress: options.remoteAddress ?? '127.0.0.1',
    headers: {
      host: options.host ?? 'localhost:4700',
      ...(options.forwardedFor && { 'x-forwarded-for': options.forwardedFor }),
    },
  })

describe('the kiosk in a browser', () => {
  test('the page carries the same policy as in Electron', async () => {
    const answer = await get('/')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toContain('text/html')
    const policy = String(answer.headers['content-security-policy'])
    for (const rule of [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' blob: data:",
      "media-src 'self' blob:",
      "connect-src 'self'",
      "font-src 'self'",
      "worker-src 'self' blob:",
      "frame-ancestors 'none'",
    ]) {
      expect(policy.split('; ')).toContain(rule)
    }
    expect(policy).not.toMatch(/unsafe-eval'(?<!wasm-unsafe-eval')|\*|https?:/)
    expect(answer.headers['permissions-policy']).toContain('camera=(self)')
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  test('the API keeps its own, stricter policy', async () => {
    const answer = await get('/api/health')
    expect(answer.headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'")
  })

  test('assets are kept for ever by their name, the page is asked for each time', async () => {
    expect((await get('/assets/app-1a2b.js')).headers['cache-control']).toContain('immutable')
    expect((await get('/')).headers['cache-control']).toBe('no-cache')
    expect((await get('/assets/zxing-1a2b.wasm')).headers['content-type']).toBe('application/wasm')
  })

  test('an address inside the kiosk gives the page; a missing file and an unknown API address give 404', async () => {
    expect((await get('/inside?x=1')).body).toContain('<title>Chowki</title>')
    for (const url of ['/assets/gone.js', '/api/nope', '/api']) {
      const answer = await get(url)
      expect(answer.statusCode, url).toBe(404)
      expect(answer.json()).toMatchObject({ error: { code: 'not_found' } })
    }
  })

  test('an unknown API address is unknown to others too', async () => {
    expect((await get('/api/nope', { remoteAddress: '192.0.2.1' })).statusCode).toBe(404)
  })

  test('no path leads out of the folder', async () => {
    const outside = 'chowki-outside.txt'
    for (const url of [
      `/../${outside}`,
      `/..%2f${outside}`,
      `/assets/..%2f..%2f${outside}`,
      `/%2e%2e/${outside}`,
      `//${outside}`,
    ]) {
      expect((await get(url)).body, url).not.toContain('secret')
    }
  })

  test('only to this machine, by a name of this machine', async () => {
    for (const remoteAddress of ['::1', '::ffff:127.0.0.1'])
      expect((await get('/', { remoteAddress })).statusCode).toBe(200)
    for (const host of ['127.0.0.1:4700', '[::1]:4700', 'localhost'])
      expect((await get('/', { host })).statusCode).toBe(200)
    for (const options of [
      { remoteAddress: '192.0.2.1' },
      { forwardedFor: '192.0.2.1' },
      { host: 'evil.example' },
      { host: 'localhost.evil.example:4700' },
    ]) {
      for (const url of ['/', '/assets/app-1a2b.js', '/inside']) {
        const answer = await get(url, options)
        expect(answer.statusCode).toBe(403)
        expect(answer.body).not.toContain('<title>')
      }
    }
  })
})
