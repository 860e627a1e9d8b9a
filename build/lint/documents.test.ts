import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const repository = dirname(dirname(import.meta.dirname))
const readme = readFileSync(join(repository, 'README.md'), 'utf8')
const linesMax = 200

const documents = globSync(['README.md', '*/**/{README,SPEC}.md'], {
  cwd: repository,
  exclude: (path) => /(^|\/)(node_modules|dist|release)(\/|$)/.test(path),
})

const withoutCode = (text: string): string => text.replaceAll(/^```.*?^```/gms, '')

/** As GitHub makes them. */
const anchorsOf = (text: string): Set<string> =>
  new Set(
    [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )

const filePath = /^[\w.-]+(\/[\w.-]+)*\/?$/
const workspaces = ['shared', 'sync-server', 'renderer', 'electron', 'build', 'e2e']

/** A path in backticks: from the root, or a file with its ending beside the document. */
const isPath = (text: string): boolean =>
  filePath.test(text) &&
  (workspaces.includes(text.split('/')[0] ?? '') || /^[\w-]+\/[\w./-]+\.(ts|tsx|mjs|md|json)$/.test(text))

const brokenLinks = (root: string, path: string): string[] => {
  const text = withoutCode(readFileSync(join(root, path), 'utf8'))
  const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#')
      const full = file === '' ? join(root, path) : join(root, dirname(path), file)
      if (!existsSync(full)) return true
      return anchor !== undefined && !anchorsOf(readFileSync(full, 'utf8')).has(anchor)
    })
  const missing = [...text.matchAll(/`([^`\n]+)`/g)]
    .map(([, quoted = '']) => quoted)
    .filter(isPath)
    .filter((quoted) => ![root, join(root, dirname(path))].some((from) => existsSync(join(from, quoted))))
  return [...broken, ...missing]
}

describe('README and SPEC files', () => {
  it('are found', () => {
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'sync-server/sync/SPEC.md']))
  })

  it.each(documents)('%s links to and names what is there', (path) => {
    expect(brokenLinks(repository, path)).toEqual([])
  })
})

describe('the check of links', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chowki-links-'))
    mkdirSync(join(folder, 'build'))
    writeFileSync(join(folder, 'build/a.md'), '# One & two\n\n```\n# no heading\n```\n')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const check = (text: string): string[] => {
    writeFileSync(join(folder, 'build/README.md'), text)
    return brokenLinks(folder, 'build/README.md')
  }

  it.each([
    ['a file', '[x](b.md)', 'b.md'],
    ['a picture', '![x](b.png)', 'b.png'],
    ['an anchor', '[x](a.md#no-heading)', 'a.md#no-heading'],
    ['an own anchor', '# A\n\n[x](#b)', '#b'],
    ['a named file', '`build/c.ts`', 'build/c.ts'],
    ['a named file beside it', '`frame/c.ts`', 'frame/c.ts'],
  ])('finds %s that is not there', (_what, text, found) => {
    expect(check(text)).toEqual([found])
  })

  it('takes what is there, and what is elsewhere', () => {
    expect(
      check('# A b\n\n[x](a.md#one--two) [y](#a-b) [z](https://a.b/c) `build/a.md` `npm start`'),
    ).toEqual([])
  })
})

describe('README', () => {
  it(`has at most ${linesMax} lines`, () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(linesMax)
  })

  it('names all npm commands, and none that is not there', () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    const named = [...readme.matchAll(/npm run ([\w-]+)|npm (start|test)\b/g)].map(
      ([, run, own]) => run ?? own ?? '',
    )
    expect(new Set(named)).toEqual(new Set(Object.keys(scripts)))
  })
})
