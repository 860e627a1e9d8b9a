import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import { Dexie } from 'dexie'
import { createBrowserPlatform } from './browser-platform.ts'

const page = (hash = '') => ({ origin: 'http://127.0.0.1:4700', hash, pathname: '/', search: '?x=1' })
let names = 0

function browser(options: { name?: string; hash?: string } = {}) {
  const name = options.name ?? `keys-${(names += 1)}`
  const addresses: string[] = []
  const sent: Headers[] = []
  const platform = createBrowserPlatform({
    databaseName: name,
    location: page(options.hash),
    replaceAddress: (address) => addresses.push(address),
    fetch: (_input, init) => {
      sent.push(new Headers(init?.headers))
      return Promise.resolve(new Response('{}'))
    },
  })
  return { name, platform, addresses, sent }
}

const valueOf = async (result: Promise<{ ok: boolean }>) => {
  const answer = await result
  if (!answer.ok || !('value' in answer)) throw new Error('refused')
  return answer.value
}

describe('browser platform', () => {
  it('makes one data key, also when it is asked for twice at once, and keeps it', async () => {
    const first = browser()
    const [one, two] = await Promise.all([
      valueOf(first.platform.dataKey()),
      valueOf(first.platform.dataKey()),
    ])
    expect(one).toHaveLength(32)
    expect(two).toEqual(one)
    expect(await valueOf(browser({ name: first.name }).platform.dataKey())).toEqual(one)
    expect(await valueOf(browser().platform.dataKey())).not.toEqual(one)
  })

  it('P7 leaves neither key nor token readable in the page’s storage', async () => {
    const { name, platform } = browser()
    const key = (await valueOf(platform.dataKey())) as Uint8Array
    await platform.enrolled('http://127.0.0.1:4700', 'device.secret-token')
    const database = new Dexie(name)
    await database.open()
    const secrets: { sealed: ArrayBuffer }[] = await database.table('secrets').toArray()
    const [wrapping]: { key: CryptoKey }[] = await database.table('keys').toArray()
    database.close()
    expect(secrets).toHaveLength(2)
    for (const { sealed } of secrets) {
      const bytes = Buffer.from(sealed)
      expect(bytes.includes(Buffer.from('secret-token'))).toBe(false)
      expect(bytes.includes(Buffer.from(key))).toBe(false)
    }
    expect(wrapping?.key.extractable).toBe(false)
  })

  it('sends the token from enrolment on, also after a restart', async () => {
    const { name, platform, sent } = browser()
    await platform.api('/api/health')
    expect(sent[0]?.has('authorization')).toBe(false)
    await platform.enrolled('http://127.0.0.1:4700', 'device.secret')
    await platform.api('/api/device/site', { headers: { 'if-none-match': '"1"' } })
    expect(sent[1]?.get('authorization')).toBe('Bearer device.secret')
    expect(sent[1]?.get('if-none-match')).toBe('"1"')
    const again = browser({ name })
    await again.platform.api('/api/device/site')
    expect(again.sent[0]?.get('authorization')).toBe('Bearer device.secret')
  })

  it('reads the enrolment code from the address once, and takes it out', async () => {
    const { platform, addresses } = browser({ hash: '#enrol=K7M2-9QXD' })
    expect(await platform.launch()).toEqual({
      serverUrl: 'http://127.0.0.1:4700',
      enrolmentCode: 'K7M2-9QXD',
      fixedCamera: false,
    })
    expect(addresses).toEqual(['/?x=1'])
    expect((await browser({ hash: '#enrol=<script>' }).platform.launch()).enrolmentCode).toBeNull()
    expect((await browser().platform.launch()).enrolmentCode).toBeNull()
  })

  it('refuses another server than its own origin', async () => {
    const { platform } = browser()
    expect((await platform.chooseServer('http://127.0.0.1:4700')).ok).toBe(true)
    for (const url of ['http://127.0.0.1:4701', 'https://elsewhere.example', 'nonsense'])
      expect(await platform.enrolled(url, 'a'.repeat(20))).toMatchObject({
        ok: false,
        error: { field: 'serverUrl' },
      })
  })
})
