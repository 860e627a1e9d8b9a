import type { SuiteResult } from './results.ts'

export interface SuiteOutcome extends SuiteResult {
  readonly name: string
  readonly seconds: number
}

export const totalOf = (
  outcomes: readonly SuiteOutcome[],
): { passed: number; failed: number; skipped: number } => {
  const sum = (pick: (outcome: SuiteOutcome) => number): number =>
    outcomes.reduce((total, outcome) => total + pick(outcome), 0)
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    skipped: sum(({ skipped }) => skipped),
  }
}

/** The format of the last line is fixed: programs read it. */
export const toSummary = (outcomes: readonly SuiteOutcome[], notRun: readonly string[]): string[] => {
  const { passed, failed, skipped } = totalOf(outcomes)
  const width = Math.max(...outcomes.map(({ name }) => name.length), 0)
  return [
    '',
    ...outcomes.flatMap((outcome) => [
      `${outcome.name.padEnd(width)}  ${toCounts(outcome)}  (${outcome.seconds} s)`,
      ...outcome.notes.map((note) => `${' '.repeat(width)}  - ${note}`),
    ]),
    ...notRun.map((reason) => `not run: ${reason}`),
    '',
    toCounts({ passed, failed, skipped }),
  ]
}

const toCounts = ({ passed, failed, skipped }: { passed: number; failed: number; skipped: number }): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`
