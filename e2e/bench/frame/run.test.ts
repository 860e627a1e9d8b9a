import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { NotRun } from '../workload.ts'
import type { Workload } from '../workload.ts'
import { runWorkloads } from './run.ts'
import { toTable } from './table.ts'

let folder: string
let stop: AbortController

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chowki-bench-test-'))
  stop = new AbortController()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const workload = (name: string, run: Workload['run']): Workload => ({
  name,
  rows: [{ name, unit: 'ms', better: 'lower' }],
  repeats: 2,
  run,
})
const run = (...workloads: Workload[]) =>
  runWorkloads(workloads, {
    mongoUri: '',
    folder,
    isQuick: false,
    stop: stop.signal,
    say: () => undefined,
    startServer: () => Promise.reject(new Error('no server is needed here')),
  })

it('repeats, goes on after what cannot run, and counts only bugs as failures', async () => {
  const { rows, failures } = await run(
    workload('a', async ({ repeat }) => [{ name: 'a', ours: repeat }]),
    workload('b', () => Promise.reject(new NotRun('no tc'))),
    workload('c', () => Promise.reject(new Error('a bug'))),
  )
  expect(rows.map((row) => [row.ours?.count, row.verdict, row.reason])).toEqual([
    [2, 'no goal', null],
    [undefined, 'not run', 'no tc'],
    [undefined, 'not run', 'failed: a bug'],
  ])
  expect(failures).toBe(1)
})

it('keeps what a workload had measured before another part of it broke, and says what broke', async () => {
  const rows = ['early', 'late'].map((name) => ({ name, unit: 'ms', better: 'lower' }) as const)
  const { rows: found, failures } = await run({
    ...workload('two parts', async (context) => {
      context.keep([{ name: 'early', ours: 3 }])
      throw new Error('a bug')
    }),
    rows,
  })
  expect(found.map((row) => [row.ours?.median, row.verdict, row.reason])).toEqual([
    [3, 'no goal', null],
    [undefined, 'not run', 'failed: a bug'],
  ])
  expect(failures).toBe(1)
})

it('stopped, it undoes what was begun, in reverse, and keeps what was measured', async () => {
  const undone: string[] = []
  let inFolder = ''
  const { rows } = await run(
    workload('a', async () => [{ name: 'a', ours: 1 }]),
    workload('hangs', (context) => {
      inFolder = context.folder
      context.onEnd(() => void undone.push('first'))
      context.onEnd(() => Promise.reject(new Error('this step fails')))
      context.onEnd(() => void undone.push('last'))
      queueMicrotask(() => stop.abort())
      return new Promise(() => undefined)
    }),
  )
  expect(undone).toEqual(['last', 'first'])
  expect(existsSync(inFolder)).toBe(false)
  expect(toTable(rows, []).join('\n')).toContain('not run: hangs: the bench was stopped')
  expect(rows[0]?.ours?.median).toBe(1)
})
