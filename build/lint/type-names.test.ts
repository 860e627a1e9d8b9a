import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { exportedTypes, sharedNames } from './type-names.ts'

const repository = dirname(dirname(import.meta.dirname))
const sources = execFileSync('git', ['ls-files', '*.ts', '*.tsx', '*.mjs'], {
  cwd: repository,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && !path.endsWith('.d.ts'))

it.each([
  ['an interface', 'export interface Gate {}'],
  ['an alias', 'export type Gate = string'],
  ['a class', 'export class Gate {}'],
  ['an enum', 'export enum Gate { Main }'],
])('%s that two files export is found, with both files', (_what, source) => {
  const types = [...exportedTypes(source, 'a.ts'), ...exportedTypes('export interface Gate {}', 'b.tsx')]
  expect(sharedNames(types)).toEqual(['Gate: a.ts, b.tsx'])
})

it('what a file keeps to itself, a value and a name that is passed on are no second meaning', () => {
  const own = 'interface Gate {}\nexport const Place = 1\nexport function Line() {}'
  const passedOn = "export type { Gate } from './b.ts'"
  const declared = 'export interface Gate {}\nexport type Place = string\nexport type Line = string'
  const types = [
    ...exportedTypes(own, 'a.ts'),
    ...exportedTypes(passedOn, 'c.ts'),
    ...exportedTypes(declared, 'b.ts'),
  ]
  expect(types.map(({ file }) => file)).toEqual(['b.ts', 'b.ts', 'b.ts'])
  expect(sharedNames(types)).toEqual([])
})

it('each word has one meaning over the whole repository', () => {
  expect(sources.length).toBeGreaterThan(700)
  const types = sources.flatMap((path) => exportedTypes(readFileSync(join(repository, path), 'utf8'), path))
  expect(types.length).toBeGreaterThan(500)
  expect(sharedNames(types)).toEqual([])
})
