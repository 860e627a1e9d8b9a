import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const repository = dirname(import.meta.dirname)
const readme = readFileSync(join(repository, 'README.md'), 'utf8')
const quoted = [...readme.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text ?? '')
const workspaces = /^(shared|sync-server|renderer|electron|build|e2e)(\/[\w.-]+)*$/

describe('README', () => {
  it('names folders and files that are there', () => {
    const paths = quoted.filter((text) => workspaces.test(text))
    expect(paths.length).toBeGreaterThan(40)
    expect(paths.filter((path) => !existsSync(join(repository, path)))).toEqual([])
  })

  it('names npm commands that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    const named = [...readme.matchAll(/npm run ([\w-]+)|npm (start|test)\b/g)].map(
      ([, run, own]) => run ?? own ?? '',
    )
    expect(new Set(named)).toEqual(new Set(Object.keys(scripts)))
  })

  it('shows a picture that is there', () => {
    for (const [, path] of readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g))
      expect(existsSync(join(repository, path ?? ''))).toBe(true)
  })
})
