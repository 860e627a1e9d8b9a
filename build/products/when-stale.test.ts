import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { whenStale } from './when-stale.ts'

let root: string
let made: number

beforeEach(() => {
  made = 0
  root = mkdtempSync(join(tmpdir(), 'chowki-stale-'))
  mkdirSync(join(root, 'src'))
  writeFileSync(join(root, 'src', 'a.ts'), 'one')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const build = (alsoOf: string[] = [], fails = false): Promise<void> =>
  whenStale(root, {
    name: 'page',
    madeOf: ['src/**/*'],
    alsoOf,
    proof: join(root, 'page.html'),
    make: async () => {
      writeFileSync(join(root, 'page.html'), 'x')
      if (fails) throw new Error('it broke')
      made += 1
    },
  })

it('P8 is made once, and again when what it is made of changes', async () => {
  await build()
  await build()
  expect(made).toBe(1)
  writeFileSync(join(root, 'src', 'a.ts'), 'two')
  await build()
  expect(made).toBe(2)
  writeFileSync(join(root, 'src', 'b.ts'), '')
  await build()
  expect(made).toBe(3)
  await build(['another Electron'])
  expect(made).toBe(4)
})

it('P8 is made again when it is gone, or when making it failed', async () => {
  await build()
  rmSync(join(root, 'page.html'))
  await build()
  expect(made).toBe(2)
  writeFileSync(join(root, 'src', 'a.ts'), 'two')
  await expect(build([], true)).rejects.toThrow('it broke')
  await build()
  expect(made).toBe(3)
})
