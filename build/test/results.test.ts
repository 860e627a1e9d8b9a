import { describe, expect, it } from 'vitest'
import { judge, readPlaywrightReport, readVitestReport } from './results.ts'
import { toSummary } from './summary.ts'

const vitestFile = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  message: 'Error: it broke\n  at somewhere',
  assertionResults: tests.map((test) => ({ fullName: `test ${test}`, status: test })),
})

const playwrightSpec = (status: string, description?: string) => ({
  title: `spec ${status}`,
  tests: [{ status, annotations: description === undefined ? [] : [{ type: 'skip', description }] }],
})

describe('P8 counts of a test run', () => {
  it('counts vitest’s tests', () => {
    const testResults = [
      vitestFile('passed', 'passed', 'passed', 'skipped', 'todo'),
      vitestFile('failed', 'failed'),
    ]
    expect(readVitestReport(JSON.stringify({ testResults }))).toEqual({
      passed: 2,
      failed: 1,
      skipped: 2,
      notes: ['skipped: test skipped', 'skipped: test todo'],
    })
  })

  it('counts a file that could not run as a failure', () => {
    const { failed, notes } = readVitestReport(JSON.stringify({ testResults: [vitestFile('failed')] }))
    expect([failed, notes]).toEqual([1, ['could not run a.test.ts: Error: it broke']])
  })

  it('counts Playwright’s tests, nested as they are, with reasons', () => {
    const report = {
      errors: [],
      suites: [
        { title: 'a', specs: [playwrightSpec('expected'), playwrightSpec('skipped', 'no camera here')] },
        { title: 'b', suites: [{ title: 'c', specs: [playwrightSpec('unexpected')] }] },
      ],
    }
    expect(readPlaywrightReport(JSON.stringify(report))).toEqual({
      passed: 1,
      failed: 1,
      skipped: 1,
      notes: ['skipped: spec skipped (no camera here)'],
    })
  })

  it('takes no test at all for a failure, whatever the exit code', () => {
    expect(judge(null, 0).failed).toBe(1)
    expect(judge({ passed: 0, failed: 0, skipped: 0, notes: [] }, 0).failed).toBe(1)
  })

  it('takes a bad exit code for a failure, though every test passed', () => {
    expect(judge({ passed: 3, failed: 0, skipped: 0, notes: [] }, 1).failed).toBe(1)
    expect(judge({ passed: 3, failed: 0, skipped: 0, notes: [] }, 0).failed).toBe(0)
  })

  it('ends with the counts alone on a line', () => {
    const outcome = { name: 'unit', passed: 3, failed: 1, skipped: 2, notes: ['skipped: x'], seconds: 4 }
    const lines = toSummary([outcome, { ...outcome, name: 'e2e' }], ['browser (not asked for)'])
    expect(lines.at(-1)).toBe('6 passed, 2 failed, 4 skipped')
    expect(lines).toContain('not run: browser (not asked for)')
  })
})
