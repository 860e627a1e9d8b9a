import type { KioskDatabase } from '../database/kiosk-collections.ts'

/** Read along the few hundred who are inside, not along the years of a daily help's visits. */
export async function isInside(database: KioskDatabase, visitorId: string): Promise<boolean> {
  const entry = await database.visitorEntries
    .findOne({ selector: { state: 'Inside', visitorId }, index: ['state', 'sortKey'] })
    .exec()
  return entry !== null
}
