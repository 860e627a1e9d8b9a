/** From samples to rows: medians with their spread, the ratio, and whether the goal is met. Pure. */
import type { RowPlan, Sample } from '../workload.ts'

export interface Figure {
  readonly median: number
  readonly least: number
  readonly greatest: number
  /** How many samples. */
  readonly count: number
}

export type Verdict = 'met' | 'missed' | 'no goal' | 'not run'

export interface BenchRow {
  readonly plan: RowPlan
  readonly ours: Figure | null
  readonly limit: Figure | null
  readonly peer: Figure | null
  /** Ours / limit; where there is no limit, ours / peer. */
  readonly ratio: number | null
  readonly verdict: Verdict
  /** Of a row that is not run. */
  readonly reason: string | null
}

/** One entry of the file that `--json` writes. */
export interface JsonRow {
  readonly name: string
  readonly ours: number | null
  readonly limit: number | null
  readonly peer: number | null
  readonly ratio: number | null
  readonly goal: string | null
  readonly unit: string
}

export function toFigure(values: readonly number[]): Figure | null {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b)
  const [least] = sorted
  const greatest = sorted.at(-1)
  if (least === undefined || greatest === undefined) return null
  return { median: quantile(sorted, 0.5), least, greatest, count: sorted.length }
}

/** Of ascending values; between two of them in proportion. `share`: 0..1. NaN of nothing. */
export function quantile(ascending: readonly number[], share: number): number {
  const at = (ascending.length - 1) * share
  const below = ascending[Math.floor(at)] ?? Number.NaN
  const above = ascending[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}

export const percentile = (values: readonly number[], share: number): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    share,
  )

/** `reasons`: why rows are not run, by name. A reason counts only where nothing of ours was measured. */
export function toRows(
  plans: readonly RowPlan[],
  samples: readonly Sample[],
  reasons: ReadonlyMap<string, string>,
): BenchRow[] {
  const unknown = samples.find(({ name }) => !plans.some((plan) => plan.name === name))
  if (unknown) throw new Error(`A sample names no row: ${unknown.name}`)
  return plans.map((plan) => {
    const own = samples.filter(({ name }) => name === plan.name)
    const column = (pick: (sample: Sample) => number | undefined): Figure | null =>
      toFigure(own.flatMap((sample) => pick(sample) ?? []))
    const figures = {
      ours: column((sample) => sample.ours),
      limit: column((sample) => sample.limit),
      peer: column((sample) => sample.peer),
    }
    const ratio = ratioOf(figures.ours, figures.limit ?? figures.peer)
    const reason = reasons.get(plan.name) ?? null
    const isComplete = figures.ours !== null && (plan.peer === undefined || figures.peer !== null)
    return {
      plan,
      ...figures,
      ratio,
      verdict: isComplete ? judge(plan, figures.ours, ratio) : 'not run',
      reason: isComplete ? null : (reason ?? 'nothing was measured'),
    }
  })
}

function ratioOf(ours: Figure | null, other: Figure | null): number | null {
  return ours === null || other === null || other.median === 0 ? null : ours.median / other.median
}

function judge({ goal, better }: RowPlan, ours: Figure | null, ratio: number | null): Verdict {
  if (goal === undefined) return 'no goal'
  const [seen, bound] = 'ratio' in goal ? [ratio, goal.ratio] : [ours?.median ?? null, goal.value]
  if (seen === null) return 'not run'
  return (better === 'higher' ? seen >= bound : seen <= bound) ? 'met' : 'missed'
}

/** E.g. `ratio >= 1.5`, `<= 50 ms`. */
export function goalWords({ goal, better, unit }: RowPlan): string | null {
  if (goal === undefined) return null
  const sign = better === 'higher' ? '>=' : '<='
  return 'ratio' in goal ? `ratio ${sign} ${goal.ratio}` : `${sign} ${goal.value} ${unit}`
}

export const toJson = (rows: readonly BenchRow[]): JsonRow[] =>
  rows.map(({ plan, ours, limit, peer, ratio }) => ({
    name: plan.name,
    ours: ours?.median ?? null,
    limit: limit?.median ?? null,
    peer: peer?.median ?? null,
    ratio,
    goal: goalWords(plan),
    unit: plan.unit,
  }))

export function totals(rows: readonly BenchRow[]): string {
  const count = (verdict: Verdict): number => rows.filter((row) => row.verdict === verdict).length
  return `${count('met')} goals met, ${count('missed')} missed, ${count('not run')} rows not run, ${count('no goal')} without a goal`
}
