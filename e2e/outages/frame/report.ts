export interface CutReport {
  readonly cuts: number
  /** Actions that were called saved. */
  readonly acknowledged: number
  /** Records read and compared, over all cuts. */
  readonly checked: number
  readonly lost: readonly string[]
  /** Stored in part, or stored though nobody sent it. */
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

/** The first loss ends a run: after it the ledger no longer holds. */
export const isOver = ({ cuts, stop }: Limits, report: Pick<CutReport, 'cuts' | 'lost' | 'torn'>): boolean =>
  report.cuts >= cuts || stop?.aborted === true || report.lost.length + report.torn.length > 0
