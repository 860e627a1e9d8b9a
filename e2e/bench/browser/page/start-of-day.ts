/** A page that has just been opened on a filled disk: when does the search box answer. */
import { findPeople } from '../../../../renderer/data/people/find-people.ts'
import { openKioskHere } from './open-bench-kiosk.ts'

export interface StartTimes {
  /** All in milliseconds since the navigation began. */
  readonly listsMs: number
  readonly searchMs: number
  /** Everybody is found by any part of the name. */
  readonly everybodyMs: number
  /** The longest task until then. */
  readonly longestTaskMs: number
}

export async function startOfDay(phone: string): Promise<StartTimes> {
  let longestTaskMs = 0
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTaskMs = Math.max(longestTaskMs, duration)
  }).observe({ type: 'longtask', buffered: true })
  const kiosk = await openKioskHere()
  const listsMs = performance.now()
  if (kiosk.desk.lists.recent.current().length === 0) throw new Error('The list of latest visits is empty')
  const hits = await findPeople(kiosk.findParts, phone, 20)
  const searchMs = performance.now()
  if (hits.length === 0) throw new Error('The search box does not answer')
  await kiosk.desk.filling.filled
  return { listsMs, searchMs, everybodyMs: performance.now(), longestTaskMs }
}
