export interface CutReport {
  readonly cuts: number
  /** Actions that were called saved. */
  readonly acknowledged: number
  /** Records read and compared, over all cuts. */
  readonly checked: number
  readonly lost: readonly string[]
  /** There in part, or there though nobody began it. */
  readonly torn: readonly string[]
  readonly seconds: number
}

export const toLine = (
  what: string,
  { cuts, acknowledged, checked, lost, torn, seconds }: CutReport,
): string =>
  `${what}: ${cuts} power cuts, ${acknowledged} acknowledgements, ${checked} records checked, ` +
  `${lost.length} lost, ${torn.length} torn, ${seconds.toFixed(1)} s`

interface Limits {
  readonly cuts: number
  readonly stop?: AbortSignal
}

/** The first loss ends a run: what comes after it would be judged by a ledger that nobody can keep any more. */
export const isOver = ({ cuts, stop }: Limits, report: Pick<CutReport, 'cuts' | 'lost' | 'torn'>): boolean =>
  report.cuts >= cuts || stop?.aborted === true || report.lost.length + report.torn.length > 0
