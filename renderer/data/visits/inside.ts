/**
 * Who is inside, in memory: it is asked before each entry, and RxDB's answer from the disk reads everybody who is
 * inside, row by row. It hears of a write before the writer does, so that a second tap finds the first (P2).
 */
import type { RxQuery } from 'rxdb'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import type { KioskDatabase } from '../desk/database/kiosk-collections.ts'

export interface InsideRegister {
  has(visitorId: string): boolean
  stop(): void
}

/** One query for list and register: RxDB reads it once. */
export const insideQuery = (database: KioskDatabase) =>
  database.visitorEntries.find({
    selector: { state: 'Inside' },
    sort: [{ sortKey: 'asc' }],
    index: ['state', 'sortKey'],
  }) satisfies RxQuery

/** Resolves when what is on the disk is known. */
export async function followInside(database: KioskDatabase): Promise<InsideRegister> {
  const visitorIds = new Map<string, string>()
  // What was read before a change must not undo the change; null once all is read.
  let changed: Set<string> | null = new Set()
  const note = (entry: Pick<VisitorEntry, '_id' | 'visitorId' | 'state'>, isDeleted: boolean): void => {
    if (entry.state === 'Inside' && !isDeleted) visitorIds.set(entry._id, entry.visitorId)
    else visitorIds.delete(entry._id)
  }
  const watching = database.visitorEntries.eventBulks$.subscribe((bulk) => {
    for (const event of bulk.events) {
      changed?.add(event.documentId)
      note(event.documentData, event.operation === 'DELETE')
    }
  })
  for (const { _id, visitorId, state } of await insideQuery(database).exec())
    if (!changed.has(_id)) note({ _id, visitorId, state }, false)
  changed = null
  return {
    has: (visitorId) => [...visitorIds.values()].includes(visitorId),
    stop: () => watching.unsubscribe(),
  }
}
