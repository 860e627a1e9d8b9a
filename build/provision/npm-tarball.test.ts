import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NpmTarball } from './npm-tarball.ts'
import { unpackNpmTarball } from './npm-tarball.ts'

let folder: string
let tarball: NpmTarball

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chowki-tarball-'))
  const source = join(folder, 'source')
  mkdirSync(join(source, 'dist'), { recursive: true })
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name: 'tool', version: '1.0.0' }))
  writeFileSync(join(source, 'dist', 'tool'), 'whole')
  writeFileSync(join(source, 'dist', 'extra'), 'not wanted')
  execFileSync('npm', ['pack', source, '--pack-destination', folder], { stdio: 'ignore' })
  const path = join(folder, 'tool-1.0.0.tgz')
  const sha512 = createHash('sha512').update(readFileSync(path)).digest('base64')
  tarball = { spec: path, integrity: `sha512-${sha512}`, label: 'the tool', megabytes: 1 }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const emptyFolder = (name: string): string => {
  mkdirSync(join(folder, name))
  return join(folder, name)
}

describe('P8 a package of the registry is the pinned one', () => {
  it('unpacks only what is wanted, and leaves nothing else', async () => {
    const target = emptyFolder('good')
    await unpackNpmTarball(tarball, target, ['package/dist/tool'])
    expect(readFileSync(join(target, 'package/dist/tool'), 'utf8')).toBe('whole')
    expect(readdirSync(join(target, 'package/dist'))).toEqual(['tool'])
    expect(readdirSync(target)).toEqual(['package'])
  })

  it('refuses another content under the same name', async () => {
    const target = emptyFolder('changed')
    const other = { ...tarball, integrity: `sha512-${'A'.repeat(86)}==` } as const
    await expect(unpackNpmTarball(other, target)).rejects.toThrow('is not what is pinned')
    expect(readdirSync(target)).not.toContain('package')
  })

  it('says in one line what npm could not fetch', async () => {
    const missing = { ...tarball, spec: join(folder, 'not-there.tgz') }
    await expect(unpackNpmTarball(missing, emptyFolder('missing'))).rejects.toThrow(
      /^the tool .* could not be fetched/,
    )
  })
})
