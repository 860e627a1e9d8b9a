/** Time in a test's hands, for what takes its timers as an argument. */
import type { Schedule } from '../followers/follower.ts'

export interface VirtualSchedule {
  readonly schedule: Schedule
  now(): number
  /** Fires what falls due, in order, and lets promises settle after each. */
  pass(ms: number): Promise<void>
}

export async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve))
}

export function createVirtualSchedule(): VirtualSchedule {
  const timers = new Set<{ readonly at: number; readonly work: () => void }>()
  let now = 0
  return {
    schedule(ms, work) {
      const timer = { at: now + ms, work }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    now: () => now,
    async pass(ms) {
      const end = now + ms
      for (;;) {
        await settle()
        const [next] = [...timers].filter(({ at }) => at <= end).toSorted((left, right) => left.at - right.at)
        if (!next) break
        timers.delete(next)
        now = Math.max(now, next.at)
        next.work()
      }
      now = end
    },
  }
}
