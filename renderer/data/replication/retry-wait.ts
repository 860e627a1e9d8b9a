/** How long to wait before the next try: doubled with each failure, and spread, so that desks do not ask in step. */
const backoffMs = { first: 1_000, last: 60_000 }

/** Milliseconds. `failures`: in a row, 1 after the first; `random`: 0..1. */
export function retryWaitMs(failures: number, random: number): number {
  const longest = Math.min(backoffMs.last, backoffMs.first * 2 ** (failures - 1))
  return longest * (0.5 + random / 2)
}
