/** The longest stall of the page while records arrive by pull. */
import type { OpenKiosk } from '../../../../renderer/data/kiosk.ts'

export interface Arrivals {
  readonly count: number
  /** From the first record to the last. */
  readonly durationMs: number
  /** The longest delay of a 10 ms timer: for that long no tap was answered. */
  readonly longestStallMs: number
}

const tickMs = 10
/** From the call on, so that the bench does not hang where nothing arrives. */
const withinMs = 400_000

let watching: Promise<Arrivals> | null = null

/** Begins to count; `arrived` tells when so many have come. */
export function expectArrivals({ desk }: OpenKiosk, expected: number): void {
  const { visitors, visitorEntries } = desk.database
  watching = new Promise((resolve, reject) => {
    let count = 0
    let firstAt = 0
    const expectedAt = performance.now()
    let lastTick = expectedAt
    let longestStallMs = 0
    const tick = (): void => {
      const now = performance.now()
      if (count > 0) longestStallMs = Math.max(longestStallMs, now - lastTick - tickMs)
      lastTick = now
      // One tick after the last record: what its arrival set off is counted too.
      if (count >= expected) finish(() => resolve({ count, durationMs: now - firstAt, longestStallMs }))
      else if (now - expectedAt > withinMs)
        finish(() => reject(new Error(`${count} of ${expected} records arrived in ${withinMs} ms`)))
    }
    const note = (bulk: { readonly events: readonly unknown[] }): void => {
      if (count === 0) firstAt = performance.now()
      count += bulk.events.length
    }
    const subscriptions = [visitors.eventBulks$.subscribe(note), visitorEntries.eventBulks$.subscribe(note)]
    const timer = setInterval(tick, tickMs)
    const finish = (settle: () => void): void => {
      clearInterval(timer)
      for (const subscription of subscriptions) subscription.unsubscribe()
      settle()
    }
  })
}

export const arrived = (): Promise<Arrivals> =>
  watching ?? Promise.reject(new Error('Nobody counts arrivals'))
