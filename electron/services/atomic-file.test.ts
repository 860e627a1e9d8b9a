import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createFile, readTextFile, replaceFile } from './atomic-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'chowki-atomic-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('S7 atomic files', () => {
  it('the file system itself refuses to create over what exists', async () => {
    const path = join(folder, 'key')
    writeFileSync(path, 'old')
    await expect(createFile(path, 'new')).rejects.toMatchObject({ code: 'EEXIST' })
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(existsSync(`${path}.new`)).toBe(false)
  })

  it('replaces, makes folders, and tells missing from unreadable', async () => {
    const path = join(folder, 'a', 'b', 'token')
    expect(await readTextFile(path)).toBeNull()
    await replaceFile(path, 'one')
    await replaceFile(path, 'two')
    expect(await readTextFile(path)).toBe('two')
    await expect(readTextFile(join(folder, 'a'))).rejects.toMatchObject({ code: 'EISDIR' })
    await expect(readTextFile(join(path, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  })
})
