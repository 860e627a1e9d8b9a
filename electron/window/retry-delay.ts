const firstMs = 250
const longestMs = 30_000

/** Milliseconds before the page is loaded again after so many failures in a row: a quarter second, then doubling. */
export const retryDelayMs = (failuresInARow: number): number =>
  Math.min(longestMs, firstMs * 2 ** Math.max(0, failuresInARow - 1))
