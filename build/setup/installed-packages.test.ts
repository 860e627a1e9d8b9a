import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { installPackages, packagesFit } from './installed-packages.mjs'

let root: string

const write = (path: string, content: unknown): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), JSON.stringify(content))
}

const lock = (version: string) => ({
  packages: {
    '': { name: 'x' },
    shared: { name: 'shared' },
    'node_modules/left': { version },
    'node_modules/@x/for-another-platform': { version: '1.0.0', optional: true },
    'node_modules/shared': { resolved: 'shared', link: true },
  },
})

/** npm's own record names only what it has put there. */
const record = (version: string) => ({ packages: { 'node_modules/left': { version } } })

/** What npm leaves behind when it succeeds. */
const pretendInstall = async (): Promise<void> => {
  write('node_modules/left/package.json', {})
  write('node_modules/.bin/node', '')
  installs += 1
}
let installs: number

beforeEach(() => {
  installs = 0
  root = mkdtempSync(join(tmpdir(), 'chowki-packages-'))
  write('package-lock.json', lock('1.0.0'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('P8 packages follow the lock', () => {
  it('installs once, and not again', async () => {
    await installPackages(root, { install: pretendInstall })
    await installPackages(root, { install: pretendInstall })
    expect(installs).toBe(1)
  })

  it('installs again after the lock has changed', async () => {
    await installPackages(root, { install: pretendInstall })
    write('package-lock.json', lock('2.0.0'))
    expect(packagesFit(root)).toBe(false)
    await installPackages(root, { install: pretendInstall })
    expect(installs).toBe(2)
  })

  it('installs again after an install that broke off, however complete the folder looks', async () => {
    const breakOff = async (): Promise<void> => {
      await pretendInstall()
      write('node_modules/.package-lock.json', record('1.0.0'))
      throw new Error('the plug was pulled')
    }
    await expect(installPackages(root, { install: breakOff })).rejects.toThrow('plug')
    expect(packagesFit(root)).toBe(false)
    await installPackages(root, { install: pretendInstall })
    expect(packagesFit(root)).toBe(true)
    expect(installs).toBe(2)
  })

  it('installs again when the folder was removed', async () => {
    await installPackages(root, { install: pretendInstall })
    rmSync(join(root, 'node_modules'), { recursive: true })
    expect(packagesFit(root)).toBe(false)
  })

  it('takes what a person has installed by hand, if it is what the lock says', async () => {
    await pretendInstall()
    write('node_modules/.package-lock.json', record('1.0.0'))
    expect(packagesFit(root)).toBe(true)
    write('node_modules/.package-lock.json', record('0.9.0'))
    expect(packagesFit(root)).toBe(false)
  })

  it('does not take a record whose packages are not there', () => {
    write('node_modules/.package-lock.json', record('1.0.0'))
    expect(existsSync(join(root, 'node_modules/left'))).toBe(false)
    expect(packagesFit(root)).toBe(false)
  })
})
