import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../../../build/tasks/run-step.ts'
import { peersFolder } from './peer-packages.ts'
import { peers } from './peer-speed.ts'

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))

interface Lock {
  readonly packages: Readonly<Record<string, { version: string; resolved?: string; integrity?: string }>>
}

test('the peers’ packages are pinned by checksum, and come from whichever registry npm is told of', () => {
  const { '': _self, ...packages } = (read(join(peersFolder, 'package-lock.json')) as Lock).packages
  expect(Object.keys(packages).length).toBeGreaterThan(100)
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
  expect(Object.entries(packages).filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual(
    [],
  )
  const { dependencies } = read(join(peersFolder, 'package.json')) as { dependencies: Record<string, string> }
  for (const [name, version] of Object.entries(dependencies)) {
    expect(packages[`node_modules/${name}`]?.version).toBe(version)
  }
})

test('a newcomer’s installation has none of them', () => {
  const { workspaces } = read(join(root, 'package.json')) as { workspaces: string[] }
  expect(workspaces.some((workspace) => workspace.includes('peers') || workspace.includes('*'))).toBe(false)
  const { packages } = read(join(root, 'package-lock.json')) as Lock
  expect(Object.keys(packages)).not.toContain('node_modules/express-pouchdb')
})

test('each peer has the two programs that it names, and none is left over', () => {
  const named = peers.flatMap(({ serves, client }) => [serves, client])
  for (const program of named) expect(existsSync(join(peersFolder, program))).toBe(true)
  const programs = readdirSync(peersFolder).filter((name) => name.endsWith('.mjs') && name !== 'answer.mjs')
  expect(programs.toSorted()).toEqual(named.toSorted())
})
