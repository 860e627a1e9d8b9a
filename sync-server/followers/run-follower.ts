/** Which partitions of one follower have their turn, in one server: a few at once, and each one alone. */
import type { Follower } from './follower.ts'
import { followPartition, pauseAfter } from './follow-partition.ts'
import type { FollowParts, TurnEnd } from './follow-partition.ts'

export interface RunningFollower {
  /** There may be something new in this partition: it is looked at after so many milliseconds, or when its rest is over. */
  wake(partition: string, afterMs: number): void
  /** Resolves when the batches under way have let go of their places. */
  stop(): Promise<void>
}

export function runFollower(parts: FollowParts, follower: Follower): RunningFollower {
  const { timing, schedule, random } = parts
  const due = new Set<string>()
  const running = new Map<string, Promise<void>>()
  /** Not before their time: at the head, led by another, or after a failure. */
  const resting = new Map<string, () => void>()
  /** Turns in a row that the store did not answer. */
  const outages = new Map<string, number>()
  const stopping = new AbortController()

  function start(): void {
    for (const partition of due) {
      if (stopping.signal.aborted || running.size >= timing.partitionsAtOnce) return
      if (running.has(partition) || resting.has(partition)) continue
      due.delete(partition)
      running.set(partition, turn(partition))
    }
  }

  async function turn(partition: string): Promise<void> {
    const end = await followPartition(parts, follower, partition, stopping.signal).then(
      (value) => {
        outages.delete(partition)
        return value
      },
      (error: unknown) => afterOutage(partition, error),
    )
    running.delete(partition)
    if (stopping.signal.aborted) return
    if (end.is === 'again') due.add(partition)
    rest(partition, end.is === 'again' ? end.afterMs : timing.gatherMs)
    start()
  }

  function afterOutage(partition: string, error: unknown): TurnEnd {
    const failures = (outages.get(partition) ?? 0) + 1
    outages.set(partition, failures)
    parts.onFailure({ follower: follower.name, partition, failures, error })
    return { is: 'again', afterMs: pauseAfter(failures, timing, random) }
  }

  function rest(partition: string, ms: number): void {
    const callOff = schedule(ms, () => {
      resting.delete(partition)
      start()
    })
    resting.set(partition, callOff)
  }

  return {
    wake(partition, afterMs) {
      due.add(partition)
      if (afterMs > 0 && !running.has(partition) && !resting.has(partition)) rest(partition, afterMs)
      start()
    },
    async stop() {
      stopping.abort(new Error('the server stops'))
      for (const callOff of resting.values()) callOff()
      await Promise.all(running.values())
    },
  }
}
