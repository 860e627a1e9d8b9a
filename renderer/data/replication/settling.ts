/**
 * Takes documents off the pending list soon after they were answered for, several at once; and notices what is
 * stuck. A document can stay unsent though its collection is idle and online: RxDB's push checkpoint is the wall
 * clock, and one that was set back in between skips writes (trap 1) even where the guard at start saw nothing.
 * Such a document is written again, unchanged, which sends it.
 */
import type { Report } from '../desk/trouble.ts'
import type { Standing } from './pending.ts'

export interface SettlingParts {
  readonly report: Report
  readonly settle: (collection: string, ids?: readonly string[]) => Promise<void>
  readonly pendingIds: (collection: string) => readonly string[]
  readonly standing: (collection: string, ids: readonly string[]) => Promise<ReadonlyMap<string, Standing>>
  readonly isIdle: (collection: string) => boolean
  readonly pushAgain: (collection: string, ids: readonly string[]) => Promise<void>
  readonly afterMs?: number
  readonly stuckAfterMs?: number
}

export interface Settling {
  /** Without ids: all of the collection, and what is stuck is sent again. */
  soon(collection: string, ids?: readonly string[]): void
  stop(): void
}

const pushAgainAtOnce = 200

export function createSettling(parts: SettlingParts): Settling {
  const { afterMs = 100, stuckAfterMs = 5_000 } = parts
  const wanted = new Map<string, Set<string> | 'all'>()
  const stuckTimers = new Map<string, ReturnType<typeof setTimeout>>()
  let timer: ReturnType<typeof setTimeout> | null = null
  let stopped = false

  const run = async (): Promise<void> => {
    const now = [...wanted]
    wanted.clear()
    for (const [collection, ids] of now) {
      await parts.settle(collection, ids === 'all' ? undefined : [...ids])
      if (ids === 'all') watchStuck(collection)
    }
  }
  const watchStuck = (collection: string): void => {
    if (stopped || stuckTimers.has(collection) || parts.pendingIds(collection).length === 0) return
    const check = (): void => {
      stuckTimers.delete(collection)
      void sendStuck(parts, collection).catch((error: unknown) =>
        parts.report('replication.sendStuck', error, collection),
      )
    }
    stuckTimers.set(collection, setTimeout(check, stuckAfterMs))
  }
  return {
    soon(collection, ids) {
      const known = wanted.get(collection)
      if (ids === undefined) wanted.set(collection, 'all')
      else if (known !== 'all') wanted.set(collection, new Set([...(known ?? []), ...ids]))
      if (timer !== null || stopped) return
      timer = setTimeout(() => {
        timer = null
        // A disk that fails here fails the guard's next action too, where it is told.
        void run().catch((error: unknown) => parts.report('storage.settle', error))
      }, afterMs)
    },
    stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      for (const stuck of stuckTimers.values()) clearTimeout(stuck)
    },
  }
}

async function sendStuck(parts: SettlingParts, collection: string): Promise<void> {
  await parts.settle(collection)
  const ids = parts.pendingIds(collection).slice(0, pushAgainAtOnce)
  if (ids.length === 0 || !parts.isIdle(collection)) return
  const standings = await parts.standing(collection, ids)
  const stuck = ids.filter((id) => standings.get(id) === 'here')
  if (stuck.length > 0 && parts.isIdle(collection)) await parts.pushAgain(collection, stuck)
}
