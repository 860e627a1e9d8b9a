import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

const repository = dirname(dirname(import.meta.dirname))
const folders = '{shared,renderer,electron,sync-server,build,e2e}'
/** Assembled at run time, so that this file does not match. */
const exemption = new RegExp(['(eslint|oxlint)', '-(disable|enable)'].join(''))

it('no source file exempts itself from the linter', () => {
  const files = globSync(`${folders}/**/*.{ts,tsx,mjs}`, {
    cwd: repository,
    exclude: (path) => /(^|\/)(node_modules|dist)(\/|$)/.test(path),
  })
  expect(files.length).toBeGreaterThan(50)
  expect(files.filter((path) => exemption.test(readFileSync(join(repository, path), 'utf8')))).toEqual([])
})
