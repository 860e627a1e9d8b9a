/** What a suite reports about itself, from vitest's and Playwright's JSON files. */
export interface SuiteResult {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Names of skipped tests, and failures that belong to no single test. */
  readonly notes: readonly string[]
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

export const readVitestReport = (json: string): SuiteResult => {
  const { testResults } = JSON.parse(json) as VitestReport
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  const failedTests = tests.filter(({ status }) => status === 'failed').length
  // A file that fails before its tests are known, or in a hook, has no failed test.
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed')
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: failedTests + brokenFiles.length,
    skipped: skipped.length,
    notes: [
      ...brokenFiles.map(({ name, message }) => `could not run ${name}: ${firstLine(message)}`),
      ...skipped.map(({ fullName }) => `skipped: ${fullName}`),
    ],
  }
}

interface PlaywrightSuite {
  readonly title: string
  readonly suites?: readonly PlaywrightSuite[]
  readonly specs?: readonly {
    readonly title: string
    readonly tests: readonly {
      readonly status: 'expected' | 'unexpected' | 'flaky' | 'skipped'
      readonly annotations: readonly { readonly type: string; readonly description?: string }[]
    }[]
  }[]
}

interface PlaywrightReport {
  readonly suites: readonly PlaywrightSuite[]
  readonly errors: readonly { readonly message?: string }[]
}

export const readPlaywrightReport = (json: string): SuiteResult => {
  const { suites, errors } = JSON.parse(json) as PlaywrightReport
  const tests = suites.flatMap(testsOf)
  const count = (...wanted: string[]): number => tests.filter(({ status }) => wanted.includes(status)).length
  return {
    passed: count('expected', 'flaky'),
    failed: count('unexpected') + errors.length,
    skipped: count('skipped'),
    notes: [
      ...errors.map(({ message }) => `could not run: ${firstLine(message)}`),
      ...tests
        .filter(({ status }) => status === 'skipped')
        .map(({ title, reason }) => `skipped: ${title}${reason ? ` (${reason})` : ''}`),
    ],
  }
}

const testsOf = (suite: PlaywrightSuite): { title: string; status: string; reason: string }[] => [
  ...(suite.specs ?? []).flatMap(({ title, tests }) =>
    tests.map(({ status, annotations }) => ({
      title,
      status,
      reason: annotations.find(({ type }) => type === 'skip')?.description ?? '',
    })),
  ),
  ...(suite.suites ?? []).flatMap(testsOf),
]

const firstLine = (text: string | undefined): string => text?.trim().split('\n')[0] ?? 'no reason was given'

/** A run without a single test, or a failed run without a failed test, counts as a failure. */
export const judge = (result: SuiteResult | null, exitCode: number): SuiteResult => {
  if (result === null || result.passed + result.failed + result.skipped === 0) {
    return { passed: 0, failed: 1, skipped: 0, notes: [`ran no test at all (exit code ${exitCode})`] }
  }
  if (exitCode === 0 || result.failed > 0) return result
  return { ...result, failed: 1, notes: [...result.notes, `the run itself failed (exit code ${exitCode})`] }
}
