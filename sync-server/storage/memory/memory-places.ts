/** `Places` in memory, for tests: of one process, by the clock that it is given. */
import type { Claim, PartitionHead, PlaceKey, Places, PlaceState } from '../places.ts'

interface Row extends PlaceKey {
  lineage: string
  seq: number
  failures: number
  lastError: string | null
  term: number
  leasedUntil: number
  pausedUntil: number
  behindSince: number | null
}

export function createMemoryPlaces(parts: { heads: () => PartitionHead[]; now: () => number }): Places {
  const { now } = parts
  const rows = new Map<string, Row>()
  const nameOf = ({ follower, partition }: PlaceKey) => JSON.stringify([partition, follower])

  /** False, and no change, where another has claimed the place since. */
  async function changeHeld(claim: Claim, change: Partial<Row>): Promise<boolean> {
    const row = rows.get(nameOf(claim))
    if (!row || row.term !== claim.term) return false
    Object.assign(row, change)
    return true
  }

  const toState = (row: Row): PlaceState => {
    const { follower, partition, lineage, seq, failures, lastError, behindSince } = row
    const behindMs = behindSince === null ? 0 : now() - behindSince
    return { follower, partition, lineage, seq, failures, lastError, behindMs }
  }

  return {
    heads: async () => parts.heads(),
    state: async (key) => toState(rows.get(nameOf(key)) ?? firstRow(key)),
    states: async () => [...rows.values()].map(toState),
    async claim(key, leaseMs) {
      const row = rows.get(nameOf(key)) ?? firstRow(key)
      if (row.leasedUntil > now() || row.pausedUntil > now()) return null
      rows.set(nameOf(key), row)
      row.term += 1
      row.leasedUntil = now() + leaseMs
      row.behindSince ??= now()
      const { lineage, seq, failures, term } = row
      return { ...key, lineage, seq, failures, term }
    },
    renew: (claim, leaseMs) => changeHeld(claim, { leasedUntil: now() + leaseMs }),
    advance: (claim, { lineage, seq }, { isAtHead, leaseMs }) =>
      changeHeld(claim, {
        lineage,
        seq,
        failures: 0,
        lastError: null,
        ...(isAtHead ? { leasedUntil: 0, behindSince: null } : { leasedUntil: now() + leaseMs }),
      }),
    async fail(claim, lastError, pauseMs) {
      const failures = (rows.get(nameOf(claim))?.failures ?? 0) + 1
      return changeHeld(claim, { failures, lastError, leasedUntil: 0, pausedUntil: now() + pauseMs })
    },
    release: (claim) => changeHeld(claim, { leasedUntil: 0 }),
  }
}

const firstRow = ({ follower, partition }: PlaceKey): Row => ({
  follower,
  partition,
  lineage: '',
  seq: 0,
  failures: 0,
  lastError: null,
  term: 0,
  leasedUntil: 0,
  pausedUntil: 0,
  behindSince: null,
})
