/** The parts of `npm test`: what each runs, needs and reports to. */
import { join } from 'node:path'
import type { PartsWanted } from '../provision/provision.ts'
import { root } from '../tasks/run-step.ts'
import type { SuiteResult } from './results.ts'
import { readPlaywrightReport, readVitestReport } from './results.ts'

export interface Suite {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly report: string
  readonly read: (json: string) => SuiteResult
  readonly needs: PartsWanted
  readonly timeLimitMs: number
}

export const resultsFolder = join(root, 'test-results')
const minuteMs = 60_000

const vitestSuite = (name: string, needs: PartsWanted, minutes: number): Suite => {
  const report = join(resultsFolder, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return {
    name,
    command: ['vitest', 'run', '--project', name, ...reporters],
    report,
    read: readVitestReport,
    needs,
    timeLimitMs: minutes * minuteMs,
  }
}

export const suites: readonly Suite[] = [
  vitestSuite('unit', { camera: true }, 5),
  vitestSuite('mongo', { mongod: true }, 10),
  vitestSuite('browser', { mongod: true, browser: true }, 15),
  vitestSuite('electron', { mongod: true, electron: true, desk: true, camera: true }, 10),
  {
    name: 'e2e',
    command: ['playwright', 'test', '--config', 'e2e/playwright.config.ts'],
    report: join(resultsFolder, 'e2e.json'),
    read: readPlaywrightReport,
    needs: { mongod: true, electron: true, desk: true, camera: true },
    timeLimitMs: 20 * minuteMs,
  },
]
