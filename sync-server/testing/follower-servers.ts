/** Servers with followers, on one store in memory, their time in the test's hands. */
import { followerTiming } from '../followers/follower.ts'
import type { Change, Follower, FollowerTiming } from '../followers/follower.ts'
import type { FollowerFailure } from '../followers/follow-partition.ts'
import { startFollowers } from '../followers/start-followers.ts'
import type { Followers } from '../followers/start-followers.ts'
import { createMemoryPlaces } from '../storage/memory/memory-places.ts'
import { createMemoryStorage } from '../storage/memory/memory-storage.ts'
import { newId } from './test-society.ts'
import { createVirtualSchedule } from './virtual-schedule.ts'

export function createFollowerWorld(options: { newLineage?: () => string } = {}) {
  const storage = createMemoryStorage(options)
  const time = createVirtualSchedule()
  const places = createMemoryPlaces({ heads: storage.heads, now: time.now })
  const failures: FollowerFailure[] = []

  function startServer(followers: readonly Follower[], timing: Partial<FollowerTiming> = {}): Followers {
    return startFollowers({
      storage,
      places,
      followers,
      timing: { ...followerTiming, ...timing },
      schedule: time.schedule,
      random: () => 0.5,
      describe: (error) => (error as Error).message,
      onFailure: (failure) => failures.push(failure),
      onLookFailed: (error) => {
        throw error
      },
    })
  }

  /** One commit for each row. */
  async function write(partition: string, count: number, collection = 'things'): Promise<void> {
    for (let index = 0; index < count; index++) {
      const document = { _id: newId(), ownerId: partition }
      await storage.transact(partition, async (tx) =>
        tx.insert(collection, [{ id: document._id, deleted: false, document }]),
      )
    }
  }

  return { storage, time, places, failures, startServer, write }
}

export interface RecordingFollower extends Follower {
  /** The numbers of each batch, as it began. */
  readonly batches: { readonly partition: string; readonly seqs: readonly number[] }[]
  seqsOf(partition: string): number[]
}

/** `work` may fail, or not end. */
export function recordingFollower(
  name: string,
  work: (changes: readonly Change[], signal: AbortSignal) => Promise<void> = async () => {},
): RecordingFollower {
  const batches: RecordingFollower['batches'] = []
  return {
    name,
    collections: ['things'],
    batches,
    seqsOf: (wanted) => batches.filter(({ partition }) => partition === wanted).flatMap(({ seqs }) => seqs),
    async follow(partition, changes, signal) {
      batches.push({ partition, seqs: changes.map(({ seq }) => seq) })
      await work(changes, signal)
    },
  }
}
