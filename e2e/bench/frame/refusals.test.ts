import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  ownEnvironment,
  refuseDebugging,
  refuseForeignServers,
  refuseFullDisk,
  refuseOtherProcess,
  refuseUnwritable,
} from './fitness.ts'
import { readOptions } from './options.ts'
import { endMark, startMark, withFigures } from './readme.ts'

const known = ['push', 'pull']
const plain = { env: {}, execArgv: [], inspector: undefined }

describe('the bench refuses in one line', () => {
  it.each([
    [['--mongo', 'mongodb://elsewhere'], /no option "--mongo"/],
    [['--mongo=mongodb://user:secret@elsewhere'], /no option "--mongo"/],
    [['fly'], /no workload "fly"/],
    [['--json'], /names no file/],
    [['--json', '--quick'], /names no file/],
    [['--readme', 'push'], /whole run only/],
    [['--readme', '--quick'], /whole run only/],
  ])('the options %j', (args, words) => {
    expect(() => readOptions(args, known)).toThrow(words)
  })

  it.each([
    ['a debugger’s port', { ...plain, inspector: 'ws://127.0.0.1:9229/x' }],
    ['a flag', { ...plain, execArgv: ['--inspect=0'] }],
    ['a flag by environment', { ...plain, env: { NODE_OPTIONS: '--max-old-space-size=99 --inspect-brk' } }],
    ['coverage', { ...plain, env: { NODE_V8_COVERAGE: '/x' } }],
    ['a development mode', { ...plain, env: { NODE_ENV: 'development' } }],
  ])('a debug build: %s', (_title, facts) => {
    expect(() => refuseDebugging(facts)).toThrow(/no debug build/)
  })

  it('a MongoDB that is not its own', () => {
    for (const name of ['MONGODB_URL', 'MONGODB_TEST_URL'])
      expect(() => refuseForeignServers({ env: { [name]: 'mongodb://x' } })).toThrow(name)
    expect(() => refuseOtherProcess('MongoDB', 2, 1)).toThrow(/process 2, not 1/)
  })

  it('too little disk, and a file that cannot be written', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chowki-bench-test-'))
    try {
      expect(() => refuseFullDisk(folder, Number.MAX_SAFE_INTEGER)).toThrow(/the bench needs/)
      expect(() => refuseUnwritable(join(folder, 'none', 'a.json'))).toThrow(/cannot be written/)
      expect(() => refuseUnwritable(folder)).toThrow(/cannot be written/)
      refuseUnwritable(join(folder, 'a.json'))
      expect(readdirSync(folder)).toEqual([])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('nothing that is in order', () => {
    refuseDebugging({ ...plain, env: { NODE_ENV: 'production' } })
    refuseForeignServers(plain)
    expect(readOptions(['pull', '--json', 'a.json', 'push'], known)).toEqual({
      workloads: ['push', 'pull'],
      jsonPath: 'a.json',
      readme: false,
      quick: false,
    })
    expect(readOptions([], known).workloads).toEqual(known)
  })
})

it('the bench’s servers hear nothing of other servers of this machine', () => {
  const env = {
    PATH: '/bin',
    MONGODB_URL: 'x',
    CHOWKI_PORT: '1',
    CHOWKI_CACHE: '/c',
    NODE_OPTIONS: '--inspect',
  }
  expect(ownEnvironment(env)).toEqual({ PATH: '/bin', CHOWKI_CACHE: '/c', NODE_ENV: 'production' })
})

describe('the table in README', () => {
  const table = ['| a |']
  const once = withFigures('# X\n\n## Figures\n\nWords.\n\n## After\n\nMore.\n', table)

  it('ends its section, and is replaced by the next one', () => {
    expect(once).toBe(
      `# X\n\n## Figures\n\nWords.\n\n${startMark}\n\n| a |\n\n${endMark}\n\n## After\n\nMore.\n`,
    )
    expect(withFigures(once, ['| b |'])).toBe(once.replace('| a |', '| b |'))
  })

  it('makes the section where there is none', () => {
    expect(withFigures('# X\n', table)).toBe(`# X\n\n## Figures\n\n${startMark}\n\n| a |\n\n${endMark}\n`)
  })

  it('refuses marks that are not a pair', () => {
    expect(() => withFigures(`# X\n${startMark}\n`, table)).toThrow(/only one of/)
  })
})
