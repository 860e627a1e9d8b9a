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
