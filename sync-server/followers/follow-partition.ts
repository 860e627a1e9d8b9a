/** One turn of a follower in one partition: claim the place, follow to the head, let go. */
import type { Claim, FollowerPlace, Places } from '../storage/places.ts'
import type { SyncStorage } from '../storage/storage.ts'
import type { Change, Follower, FollowerTiming, Schedule } from './follower.ts'
import { readChanges } from './read-changes.ts'

export interface FollowParts {
  readonly storage: Pick<SyncStorage, 'head' | 'changesAfter'>
  readonly places: Places
  readonly timing: FollowerTiming
  readonly schedule: Schedule
  /** From 0 up to 1. */
  readonly random: () => number
  /** One line of an error for people who look after the server; without personal data. */
  readonly describe: (error: unknown) => string
  readonly onFailure: (failure: FollowerFailure) => void
}

export interface FollowerFailure {
  readonly follower: string
  readonly partition: string
  /** In a row. */
  readonly failures: number
  readonly error: unknown
}

/** `again`: there is, or may be, something left to do after so many milliseconds. */
export type TurnEnd = { readonly is: 'atHead' } | { readonly is: 'again'; readonly afterMs: number }

const atHead: TurnEnd = { is: 'atHead' }
const again = (afterMs: number): TurnEnd => ({ is: 'again', afterMs })

/** The pause after so many failures; a random part of it keeps many from trying at the same moment. */
export const pauseAfter = (failures: number, timing: FollowerTiming, random: () => number): number =>
  Math.min(timing.longestPauseMs, timing.pauseMs * 2 ** (failures - 1)) * (0.75 + random() / 2)

/** Rejects where the store cannot be reached; a follower's own failure is counted at its place. */
export async function followPartition(
  parts: FollowParts,
  follower: Follower,
  partition: string,
  stop: AbortSignal,
): Promise<TurnEnd> {
  const { storage, places, timing, random } = parts
  const key = { follower: follower.name, partition }
  const [head, state] = await Promise.all([storage.head(partition), places.state(key)])
  if (isSame(state, head)) return atHead
  const claim = await places.claim(key, timing.leaseMs)
  if (claim) return lead(parts, follower, claim, head, stop)
  // Another leads, who may die, or all of us pause after a failure.
  const pauseMs = state.failures > 0 ? pauseAfter(state.failures, timing, random) : 0
  return again(Math.max(timing.leaseMs / 3, pauseMs))
}

async function lead(
  parts: FollowParts,
  follower: Follower,
  claim: Claim,
  head: FollowerPlace,
  stop: AbortSignal,
): Promise<TurnEnd> {
  const { storage, places, timing } = parts
  const { partition } = claim
  let { failures } = claim
  let after = claim.lineage === head.lineage ? claim.seq : 0
  while (!stop.aborted) {
    // Fewer after each failure: what is sound gets through, up to the one change that is not.
    const limit = Math.max(1, Math.floor(timing.batchSize / 2 ** failures))
    const asked = { partition, collections: follower.collections, after, head: head.seq, limit }
    const { changes, upTo } = await readChanges(storage, asked)
    const failure = await followBatch(parts, follower, claim, changes, stop)
    if (failure && stop.aborted) break
    if (failure) return fail(parts, claim, failures + 1, failure.error)
    const isAtHead = upTo >= head.seq
    const to = { lineage: head.lineage, seq: upTo }
    const isMoved = await places.advance(claim, to, { isAtHead, leaseMs: timing.leaseMs })
    if (!isMoved) return again(timing.leaseMs / 3)
    if (isAtHead) return atHead
    failures = 0
    after = upTo
  }
  await places.release(claim)
  return atHead
}

async function fail(parts: FollowParts, claim: Claim, failures: number, error: unknown): Promise<TurnEnd> {
  const { places, timing, random, describe, onFailure } = parts
  const { follower, partition } = claim
  const pauseMs = pauseAfter(failures, timing, random)
  onFailure({ follower, partition, failures, error })
  await places.fail(claim, describe(error), pauseMs)
  return again(pauseMs)
}

/** Keeps the lease while the follower works. A batch ends when it is told to, whether the follower listens or not. */
async function followBatch(
  { places, timing, schedule }: FollowParts,
  follower: Follower,
  claim: Claim,
  changes: readonly Change[],
  stop: AbortSignal,
): Promise<{ error: unknown } | undefined> {
  if (changes.length === 0) return undefined
  const batch = new AbortController()
  const ended = Promise.withResolvers<never>()
  const end = (reason: string): void => {
    batch.abort(new Error(reason))
    ended.reject(batch.signal.reason)
  }
  const onStop = (): void => end('the server stops')
  stop.addEventListener('abort', onStop)
  const callOffEnd = schedule(timing.batchMs, () => end('a batch took too long'))
  const callOffRenewal = keepRenewing(timing.leaseMs / 3, schedule, () => places.renew(claim, timing.leaseMs))
  try {
    await Promise.race([follower.follow(claim.partition, changes, batch.signal), ended.promise])
    return undefined
  } catch (error) {
    return { error }
  } finally {
    stop.removeEventListener('abort', onStop)
    callOffEnd()
    callOffRenewal()
  }
}

function keepRenewing(everyMs: number, schedule: Schedule, renew: () => Promise<unknown>): () => void {
  let callOff = schedule(everyMs, next)
  function next(): void {
    callOff = schedule(everyMs, next)
    // A lease that could not be renewed, or is lost, shows when the place is to be moved.
    renew().catch(() => undefined)
  }
  return () => callOff()
}

const isSame = (place: FollowerPlace, head: FollowerPlace): boolean =>
  place.lineage === head.lineage && place.seq === head.seq
