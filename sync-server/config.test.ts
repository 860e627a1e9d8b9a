import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'chowki-config-'))
writeFileSync(path.join(folder, 'index.html'), '')
afterAll(() => rmSync(folder, { recursive: true }))

const MONGODB_URL = 'mongodb://127.0.0.1:27017/?replicaSet=rs0'
const key = Buffer.alloc(32, 7).toString('base64')

describe('configuration', () => {
  test('needs the database only; the rest has a default', () => {
    expect(readConfig({ MONGODB_URL })).toEqual({
      ok: true,
      value: {
        dataFolder: path.resolve('.chowki'),
        host: '127.0.0.1',
        port: 4700,
        mongodbUrl: MONGODB_URL,
        mongodbDatabase: 'chowki',
        trustedProxies: [],
        connectionsMax: 2_000,
        kioskFolder: null,
        demo: false,
        logLevel: 'info',
        photoKeys: null,
        adminKey: null,
      },
    })
  })

  test('takes every variable', () => {
    const config = readConfig({
      MONGODB_URL: 'mongodb+srv://user:pass@cluster.example/?retryWrites=true',
      MONGODB_DATABASE: 'gate_2',
      CHOWKI_DATA: '/var/lib/chowki',
      CHOWKI_HOST: '::1',
      CHOWKI_PORT: '0',
      CHOWKI_SERVE_KIOSK: folder,
      CHOWKI_TRUSTED_PROXY: '127.0.0.1, 10.0.0.0/8,::1',
      CHOWKI_CONNECTIONS_MAX: '12000',
      CHOWKI_DEMO: '1',
      CHOWKI_LOG_LEVEL: 'warn',
      CHOWKI_PHOTO_KEY: `${key}, ${key}`,
      CHOWKI_ADMIN_KEY: 'k'.repeat(32),
    })
    expect(config).toMatchObject({
      ok: true,
      value: {
        port: 0,
        connectionsMax: 12_000,
        demo: true,
        kioskFolder: folder,
        photoKeys: [key, key],
        adminKey: 'k'.repeat(32),
      },
    })
  })

  const wrong: readonly [name: string, value: string][] = [
    ['MONGODB_URL', 'localhost:27017'],
    ['MONGODB_URL', 'http://localhost'],
    ['MONGODB_URL', ' '],
    ['MONGODB_DATABASE', 'a/b'],
    ['MONGODB_DATABASE', 'x'.repeat(39)],
    ['CHOWKI_PORT', '65536'],
    ['CHOWKI_PORT', '-1'],
    ['CHOWKI_PORT', '4700x'],
    ['CHOWKI_PORT', '1e3'],
    ['CHOWKI_HOST', 'http://here'],
    ['CHOWKI_SERVE_KIOSK', '/nowhere/at/all'],
    ['CHOWKI_TRUSTED_PROXY', 'proxy.example'],
    ['CHOWKI_TRUSTED_PROXY', '10.0.0.0/33'],
    ['CHOWKI_TRUSTED_PROXY', '127.0.0.1,'],
    ['CHOWKI_CONNECTIONS_MAX', '0'],
    ['CHOWKI_CONNECTIONS_MAX', '-5'],
    ['CHOWKI_CONNECTIONS_MAX', '1e4'],
    ['CHOWKI_CONNECTIONS_MAX', '1000001'],
    ['CHOWKI_CONNECTIONS_MAX', 'many'],
    ['CHOWKI_DEMO', 'yes'],
    ['CHOWKI_LOG_LEVEL', 'loud'],
    ['CHOWKI_PHOTO_KEY', 'c2hvcnQ='],
    ['CHOWKI_PHOTO_KEY', `${key},`],
    ['CHOWKI_ADMIN_KEY', 'short-and-weak'],
    ['CHOWKI_ADMIN_KEY', `${'k'.repeat(40)} with spaces`],
  ]
  for (const [name, value] of wrong) {
    test(`${name}=${value.slice(0, 20)} gives one line that names it and a remedy, not the value`, () => {
      const config = readConfig({ MONGODB_URL, [name]: value })
      if (config.ok) throw new Error('The wrong value was taken.')
      expect(config.error).toHaveLength(1)
      const [line = ''] = config.error
      expect(line).toContain(name)
      expect(line).not.toContain('\n')
      expect(line).toMatch(/\. (Set|Use|Begin|Build)/)
      if (name.endsWith('_KEY')) expect(line).not.toContain(value)
    })
  }

  test('several wrong values are told together', () => {
    const config = readConfig({ CHOWKI_PORT: 'x', CHOWKI_DEMO: 'x' })
    expect(config.ok ? [] : config.error).toHaveLength(3)
  })
})
