/** All followers of one server: woken by commits of this server and of others, and by a slow look at all places. */
import type { FollowerPlace } from '../storage/places.ts'
import type { SyncStorage } from '../storage/storage.ts'
import type { Follower } from './follower.ts'
import type { FollowParts } from './follow-partition.ts'
import { runFollower } from './run-follower.ts'

export interface FollowersParts extends FollowParts {
  readonly storage: Pick<SyncStorage, 'head' | 'changesAfter' | 'onCommit'>
  readonly followers: readonly Follower[]
  /** All places could not be looked at; the next look comes in its time. */
  readonly onLookFailed: (error: unknown) => void
}

export interface Followers {
  /** Resolves when every place is let go of, so that another server may go on at once. */
  stop(): Promise<void>
}

export function startFollowers(parts: FollowersParts): Followers {
  const { storage, timing, schedule, random, onLookFailed } = parts
  const running = parts.followers.map((follower) => ({ follower, run: runFollower(parts, follower) }))
  let isStopped = false
  let callOffLook = (): void => undefined

  const removeListener = storage.onCommit((partition, collections) => {
    for (const { follower, run } of running) {
      if (follower.collections.some((name) => collections.includes(name)))
        run.wake(partition, timing.settleMs)
    }
  })

  async function look(): Promise<void> {
    try {
      await wakeWhoIsBehind()
    } catch (error) {
      onLookFailed(error)
    }
    if (!isStopped) callOffLook = schedule(timing.pollMs * (0.75 + random() / 2), () => void look())
  }

  async function wakeWhoIsBehind(): Promise<void> {
    const [heads, states] = await Promise.all([parts.places.heads(), parts.places.states()])
    const placesByName = new Map(states.map((state) => [nameOf(state.follower, state.partition), state]))
    for (const head of heads) {
      for (const { follower, run } of running) {
        const place = placesByName.get(nameOf(follower.name, head.partition))
        if (isBehind(place, head)) run.wake(head.partition, 0)
      }
    }
  }

  void look()
  return {
    async stop() {
      isStopped = true
      removeListener()
      callOffLook()
      await Promise.all(running.map(({ run }) => run.stop()))
    },
  }
}

const nameOf = (follower: string, partition: string): string => JSON.stringify([follower, partition])

/** Where nothing was ever written there is nothing to follow. */
const isBehind = (place: FollowerPlace | undefined, head: FollowerPlace): boolean =>
  place ? place.lineage !== head.lineage || place.seq !== head.seq : head.seq > 0
