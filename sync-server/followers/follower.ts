/**
 * What a follower is. The sequence of a partition is its outbox: whatever keeps a copy or acts on changes (search,
 * counters, notices, caches) is a follower and nothing else. The rules are in `SPEC.md` beside this file.
 */
import type { StoredDocument } from '../storage/storage.ts'

/** A document as it is now, at the number of its last change; deleted ones included. */
export interface Change extends StoredDocument {
  readonly collection: string
}

export interface Follower {
  /** The name of its place in the store: renamed, it begins anew. */
  readonly name: string
  /** It gets no other changes, and is not woken by them. */
  readonly collections: readonly string[]
  /**
   * Gets changes in the order of their numbers, at least once: after a failure, a death or a restored backup some come
   * again, and for a moment two servers may be at work on the same ones. So what it does must bear repetition, and what
   * it writes elsewhere should carry `seq` as its version. When it resolves, these changes are done for good; when it
   * rejects, all of them come again. `signal` tells that it is no longer wanted.
   */
  readonly follow: (partition: string, changes: readonly Change[], signal: AbortSignal) => Promise<void>
}

export interface FollowerTiming {
  /** Who died is followed by another after this time at the latest, and a third of it. */
  readonly leaseMs: number
  /** A commit is followed after so long: first those who wait at a gate read it. */
  readonly settleMs: number
  /** At the head, changes are gathered for so long before the next look. */
  readonly gatherMs: number
  /** How often all places are compared with the heads, for what no commit told of. */
  readonly pollMs: number
  /** A batch that takes longer has failed. */
  readonly batchMs: number
  /** The pause after the first failure; doubled with each one after it, up to the longest. */
  readonly pauseMs: number
  readonly longestPauseMs: number
  /** Changes in one batch. */
  readonly batchSize: number
  /** Partitions that one follower works on at once, in one server: the database is there for the kiosks first. */
  readonly partitionsAtOnce: number
}

export const followerTiming: FollowerTiming = {
  leaseMs: 5_000,
  settleMs: 100,
  gatherMs: 1_000,
  pollMs: 30_000,
  batchMs: 60_000,
  pauseMs: 1_000,
  longestPauseMs: 300_000,
  batchSize: 500,
  partitionsAtOnce: 4,
}

/** Calls `work` once after `ms`; what it returns calls that off. */
export type Schedule = (ms: number, work: () => void) => () => void
