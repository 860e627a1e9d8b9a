import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KeyFileBroken, loadKeys } from './key-files.ts'

let dataFolder = ''
beforeEach(() => {
  dataFolder = mkdtempSync(path.join(tmpdir(), 'chowki-keys-'))
})
afterEach(() => rmSync(dataFolder, { recursive: true }))

const load = () => loadKeys({ dataFolder, adminKey: null, photoKeys: null })
const photoKeyFile = () => path.join(dataFolder, 'keys', 'photo.key')

test('keys are made once, 32 bytes each, for the server’s own user only', async () => {
  const [first, second] = [await load(), await load()]
  expect(first).toEqual(second)
  expect(first.photoKeys.map((key) => key.length)).toEqual([32])
  expect(first.adminKey).not.toBe(first.photoKeys[0].toString('base64'))
  expect(statSync(photoKeyFile()).mode & 0o777).toBe(0o600)
  expect(statSync(path.dirname(photoKeyFile())).mode & 0o777).toBe(0o700)
})

test('servers that start at once agree on one key and leave nothing behind', async () => {
  const all = await Promise.all(Array.from({ length: 10 }, load))
  expect(new Set(all.map(({ adminKey }) => adminKey)).size).toBe(1)
  expect(readdirSync(path.join(dataFolder, 'keys')).toSorted()).toEqual(['admin.key', 'photo.key'])
})

test('a new key before the old one: the first encrypts, both decrypt', async () => {
  const { photoKeys } = await load()
  const newKey = Buffer.alloc(32, 9)
  writeFileSync(photoKeyFile(), `${newKey.toString('base64')}\n${readFileSync(photoKeyFile(), 'utf8')}`)
  expect((await load()).photoKeys).toEqual([newKey, photoKeys[0]])
})

test('a file that others can read is closed to them', async () => {
  await load()
  chmodSync(photoKeyFile(), 0o644)
  await load()
  expect(statSync(photoKeyFile()).mode & 0o777).toBe(0o600)
})

test('P1: a broken key file stops the start; it is never replaced, since photos need it', async () => {
  mkdirSync(path.dirname(photoKeyFile()), { recursive: true })
  for (const text of ['', 'nonsense\n', `${Buffer.alloc(16).toString('base64')}\n`]) {
    writeFileSync(photoKeyFile(), text)
    await expect(load()).rejects.toBeInstanceOf(KeyFileBroken)
    expect(readFileSync(photoKeyFile(), 'utf8')).toBe(text)
  }
})

test('keys from the environment leave no file', async () => {
  const key = Buffer.alloc(32, 1).toString('base64')
  const keys = await loadKeys({ dataFolder, adminKey: 'a'.repeat(32), photoKeys: [key] })
  expect(keys).toEqual({ adminKey: 'a'.repeat(32), photoKeys: [Buffer.alloc(32, 1)] })
  expect(readdirSync(dataFolder)).toEqual([])
})
