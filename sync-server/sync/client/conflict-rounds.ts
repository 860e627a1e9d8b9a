/**
 * A server that always conflicts with what the merge makes would be asked again without a pause (measured: 160
 * pushes in three seconds). A few rounds are honest work; after them each further one waits, twice as long as the
 * one before. Rows of other documents wait with it, at most the longest pause, and are never held for ever.
 */
export interface ConflictRounds {
  /** To be called with the ids that conflict in one answer, and with those that were settled. Resolves after the pause. */
  settle(conflicting: readonly string[], settled: readonly string[]): Promise<void>
}

export interface ConflictRoundsOptions {
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly onLoop: (documentId: string, rounds: number) => void
  readonly freeRounds?: number
  readonly windowMs?: number
  readonly firstPauseMs?: number
  readonly longestPauseMs?: number
}

interface Round {
  readonly count: number
  readonly lastAt: number
}

export function createConflictRounds(options: ConflictRoundsOptions): ConflictRounds {
  const { now, sleep, onLoop } = options
  const { freeRounds = 5, windowMs = 60_000, firstPauseMs = 1_000, longestPauseMs = 30_000 } = options
  const rounds = new Map<string, Round>()

  /** The count of this round. A pause is part of the loop: it must not make the next round look like a first one. */
  function count(id: string): number {
    const known = rounds.get(id)
    const continues = known !== undefined && Math.abs(now() - known.lastAt) <= windowMs + longestPauseMs
    const next = { count: continues ? known.count + 1 : 1, lastAt: now() }
    rounds.set(id, next)
    return next.count
  }

  return {
    async settle(conflicting, settled) {
      for (const id of settled) rounds.delete(id)
      let pauseMs = 0
      for (const id of conflicting) {
        const over = count(id) - freeRounds
        if (over <= 0) continue
        onLoop(id, over + freeRounds)
        pauseMs = Math.max(pauseMs, Math.min(longestPauseMs, firstPauseMs * 2 ** (over - 1)))
      }
      if (pauseMs > 0) await sleep(pauseMs)
    },
  }
}
