import type { Places } from '../storage/places.ts'

export interface FollowerLag {
  readonly follower: string
  readonly partition: string
  readonly place: number
  readonly head: number
  /** Numbers between the place and the head, those of collections that do not concern the follower included. */
  readonly changes: number
  /** For how long it is known to be behind, in milliseconds by the store's clock. */
  readonly behindMs: number
  /** In a row, of the batch after the place. */
  readonly failures: number
  readonly lastError: string | null
}

/** Of every follower in every partition that has a history, whether or not it ever began there. */
export async function readLag(places: Places, followers: readonly string[]): Promise<FollowerLag[]> {
  const [heads, states] = await Promise.all([places.heads(), places.states()])
  const stateOf = new Map(states.map((state) => [JSON.stringify([state.follower, state.partition]), state]))
  return heads.flatMap(({ partition, lineage, seq: head }) =>
    followers.map((follower): FollowerLag => {
      const state = stateOf.get(JSON.stringify([follower, partition]))
      // After a restored backup it starts over, whatever its place says.
      const place = state?.lineage === lineage ? state.seq : 0
      const { behindMs = 0, failures = 0, lastError = null } = state ?? {}
      return { follower, partition, place, head, changes: head - place, behindMs, failures, lastError }
    }),
  )
}
