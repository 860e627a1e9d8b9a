import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Keyring } from './keyring.ts'
import { createSecureStore } from './secure-store.ts'

let folder = ''
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'chowki-store-')), 'secure')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

const noKeyring: Keyring = {
  name: async () => null,
  seal: async () => Promise.reject(new Error('no keyring')),
  unseal: async () => Promise.reject(new Error('no keyring')),
}

/** A keyring as the system has one: a password of its own, and AES-CBC without authentication as Chromium on Linux. */
const keyringNamed = (name: string): Keyring => {
  const password = randomBytes(16)
  const iv = Buffer.alloc(16, ' ')
  return {
    name: async () => name,
    seal: async (plain) => {
      const cipher = createCipheriv('aes-128-cbc', password, iv)
      return Buffer.concat([cipher.update(plain), cipher.final()])
    },
    unseal: async (sealed) => {
      const decipher = createDecipheriv('aes-128-cbc', password, iv)
      return Buffer.concat([decipher.update(sealed), decipher.final()]).toString()
    },
  }
}

const storeWith = (keyring: Keyring, keyringTimeoutMs = 1_000) =>
  createSecureStore({ folder, keyring, randomBytes, keyringTimeoutMs })
const keyFile = (): string => join(folder, 'data-key.json')
const unavailable = { ok: false, error: { code: 'secure_store_unavailable' } }

describe('S7 the data key', () => {
  it('is made once, 32 bytes, and the same after a restart', async () => {
    const first = await storeWith(noKeyring).dataKey()
    expect(first.ok && Buffer.from(first.value, 'base64').length).toBe(32)
    expect(await storeWith(noKeyring).dataKey()).toEqual(first)
  })

  it('is one key for two first calls at once', async () => {
    const store = storeWith(noKeyring)
    const [first, second] = await Promise.all([store.dataKey(), store.dataKey()])
    expect(first).toEqual(second)
  })

  it('lies where only the kiosk’s own user may read, with no temporary file beside it', async () => {
    await storeWith(noKeyring).dataKey()
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(readdirSync(folder)).toEqual(['data-key.json'])
  })

  it('P7 is not in the file where a keyring seals it, and diagnostics say which', async () => {
    const store = storeWith(keyringNamed('gnome_libsecret'))
    expect(await store.keyStore()).toBe('gnome_libsecret')
    const key = await store.dataKey()
    const text = readFileSync(keyFile(), 'utf8')
    expect(key.ok && text.includes(Buffer.from(key.value).toString('base64'))).toBe(false)
    expect(await store.dataKey()).toEqual(key)
    expect(await storeWith(noKeyring).keyStore()).toBe('gnome_libsecret')
  })

  it('says "file" where the system has no keyring', async () => {
    expect(await storeWith(noKeyring).keyStore()).toBe('file')
  })

  it('goes on in its file when a keyring turns up later', async () => {
    const before = await storeWith(noKeyring).dataKey()
    const later = storeWith(keyringNamed('gnome_libsecret'))
    expect(await later.dataKey()).toEqual(before)
    expect(await later.keyStore()).toBe('file')
  })
})

describe('S7 P1 a key that cannot be read is an error and stays as it is', () => {
  const expectKept = async (keyring: Keyring): Promise<void> => {
    const before = readFileSync(keyFile())
    expect(await storeWith(keyring).dataKey()).toMatchObject(unavailable)
    expect(readFileSync(keyFile())).toEqual(before)
  }

  it.each([
    ['empty', () => ''],
    ['cut off in the middle', (text: string) => text.slice(0, text.length / 2)],
    ['not JSON', () => '\0\0\0\0'],
    ['of a later version', (text: string) => text.replace('"version":1', '"version":2')],
    [
      'with one byte changed',
      (text: string) =>
        text.replace(/"value":"./, (head) => `${head.slice(0, -1)}${head.endsWith('A') ? 'B' : 'A'}`),
    ],
    ['with fields of another hand', (text: string) => text.replace('{', '{"__proto__":{},')],
  ])('%s', async (_state, damage) => {
    await storeWith(noKeyring).dataKey()
    const damaged = damage(readFileSync(keyFile(), 'utf8'))
    writeFileSync(keyFile(), damaged)
    await expectKept(noKeyring)
  })

  it('sealed by a keyring that is gone', async () => {
    await storeWith(keyringNamed('gnome_libsecret')).dataKey()
    await expectKept(noKeyring)
    await expectKept(keyringNamed('kwallet6'))
  })

  it('sealed by a keyring that was replaced by an empty one', async () => {
    await storeWith(keyringNamed('gnome_libsecret')).dataKey()
    await expectKept(keyringNamed('gnome_libsecret'))
  })

  it('sealed, with a changed byte that the keyring itself does not notice', async () => {
    const keyring = keyringNamed('gnome_libsecret')
    await storeWith(keyring).dataKey()
    const record = JSON.parse(readFileSync(keyFile(), 'utf8')) as { value: string }
    const bytes = Buffer.from(record.value, 'base64')
    bytes.writeUInt8(bytes.readUInt8(3) ^ 1, 3)
    writeFileSync(keyFile(), JSON.stringify({ ...record, value: bytes.toString('base64') }))
    await expectKept(keyring)
  })

  it('a folder in the file’s place', async () => {
    mkdirSync(keyFile(), { recursive: true })
    expect(await storeWith(noKeyring).dataKey()).toMatchObject(unavailable)
  })

  it('a locked keyring that waits for a person', async () => {
    const locked: Keyring = { ...keyringNamed('gnome_libsecret'), seal: () => new Promise(() => undefined) }
    expect(await storeWith(locked, 50).dataKey()).toMatchObject(unavailable)
    expect(existsSync(keyFile())).toBe(false)
  })

  it('a keyring that does not give back what it was given makes no key', async () => {
    const liar: Keyring = { ...keyringNamed('gnome_libsecret'), unseal: async () => 'something else' }
    expect(await storeWith(liar).dataKey()).toMatchObject(unavailable)
    expect(existsSync(keyFile())).toBe(false)
  })

  it('and works again once it can be read, without a restart', async () => {
    const key = await storeWith(noKeyring).dataKey()
    const good = readFileSync(keyFile())
    writeFileSync(keyFile(), 'x')
    const store = storeWith(noKeyring)
    expect(await store.dataKey()).toMatchObject(unavailable)
    writeFileSync(keyFile(), good)
    expect(await store.dataKey()).toEqual(key)
  })
})

describe('S7 P1 power cut', () => {
  it('a temporary file from an interrupted write is neither read nor in the way', async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(`${keyFile()}.new`, '{"version":1,"backe')
    const key = await storeWith(noKeyring).dataKey()
    expect(key.ok).toBe(true)
    expect(readdirSync(folder)).toEqual(['data-key.json'])
  })

  it('a disk that cannot be written gives an error, no key and no half file', async () => {
    // A file where the folder should be: also root is stopped by it.
    writeFileSync(folder, '')
    expect(await storeWith(noKeyring).dataKey()).toMatchObject(unavailable)
  })

  it('a secret that may change is replaced whole', async () => {
    const store = storeWith(noKeyring)
    expect(await store.read('server')).toEqual({ ok: true, value: null })
    await store.write('server', 'first')
    chmodSync(join(folder, 'server.json'), 0o600)
    await Promise.all([store.write('server', 'second'), store.write('server', 'third')])
    expect(await storeWith(noKeyring).read('server')).toEqual({ ok: true, value: 'third' })
    expect(readdirSync(folder)).toEqual(['server.json'])
  })
})
