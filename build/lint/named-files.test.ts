import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { filesNamedIn, isNameOf } from './named-files.ts'

const repository = dirname(dirname(import.meta.dirname))
const files = execFileSync('git', ['ls-files'], { cwd: repository, encoding: 'utf8' }).split('\n')

it.each([
  ['/** As `desk/open-desk.ts` says. */', ['desk/open-desk.ts']],
  ['// See sign-in.ts for why; use-gate.tsx too.', ['sign-in.ts', 'use-gate.tsx']],
  ['// Names like *.mongo.test.ts, and `.tsx`, are endings.', []],
  ["import { a } from './no-comment.ts'", []],
])('the files that %j names are %j', (source, named) => {
  expect(filesNamedIn(source, 'a.ts')).toEqual(named)
})

it('a name may leave out its folders, and no part of a name', () => {
  expect(isNameOf('desk/a.ts', 'renderer/data/desk/a.ts')).toBe(true)
  expect(isNameOf('a.ts', 'a.ts')).toBe(true)
  expect(isNameOf('a.ts', 'renderer/data/desk/cha.ts')).toBe(false)
})

it('every file that a comment names is there', () => {
  const sources = files.filter((path) => /\.(tsx?|mjs)$/.test(path) && !path.startsWith('build/lint/'))
  const missing = sources.flatMap((path) =>
    filesNamedIn(readFileSync(join(repository, path), 'utf8'), path)
      .filter((name) => !files.some((file) => isNameOf(name, file)))
      .map((name) => `${path}: ${name}`),
  )
  expect(sources.length).toBeGreaterThan(700)
  expect(missing).toEqual([])
})
