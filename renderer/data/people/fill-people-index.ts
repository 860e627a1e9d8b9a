/**
 * Fills the people index in the background: the newest visits first, since who came this month will come again,
 * then everybody else; from then on (and meanwhile) it follows the change streams.
 */
import type { RxCollection } from 'rxdb'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import type { KioskDatabase, LocalVisitor } from '../desk/database/kiosk-collections.ts'
import { readPages } from '../desk/database/read-pages.ts'
import type { PeopleIndex } from './people-index.ts'

export interface FillParts {
  readonly database: KioskDatabase
  readonly index: PeopleIndex
  readonly flatLabel: (flatId: string) => string
  /** After each page and each change: who shows names may show them now. */
  readonly onChange: () => void
}

export interface IndexFilling {
  /** Resolves when everybody is in. */
  readonly filled: Promise<void>
  stop(): void
}

/** Small enough that reading, decrypting and folding one page stays below a frame of 16 ms. */
const pageSize = 60
/** About a month at a gate of a large society; older visitors come by the second pass. */
const recentVisits = 30_000

export function fillPeopleIndex(parts: FillParts): IndexFilling {
  const { database, index, onChange } = parts
  const abort = new AbortController()
  // A page that was read before a change must not undo the change.
  const changed = new Set<string>()
  const putVisitor = (visitor: LocalVisitor): void =>
    index.putPerson({
      visitorId: visitor._id,
      name: visitor.name,
      phone: visitor.phone,
      photoId: visitor.photo ?? null,
    })
  const putEntry = (entry: VisitorEntry): void => index.putVisit(toVisit(entry, parts.flatLabel))
  const watching = [
    follow(database.visitors, changed, onChange, putVisitor, (id) => index.removePerson(id)),
    follow(database.visitorEntries, changed, onChange, putEntry, () => undefined),
  ]
  const fill = async (): Promise<void> => {
    const page = { pageSize, signal: abort.signal }
    await readPages(
      database.visitorEntries,
      { ...page, indexedBy: 'sortKey', limit: recentVisits },
      async (entries) => {
        for (const entry of entries) if (!changed.has(entry._id)) putEntry(entry)
        const unknown = entries.map((entry) => entry.visitorId).filter((id) => index.person(id) === null)
        const visitors = await database.visitors.storageInstance.findDocumentsById(
          [...new Set(unknown)],
          false,
        )
        for (const visitor of visitors) if (!changed.has(visitor._id)) putVisitor(visitor)
        onChange()
      },
    )
    await readPages(database.visitors, { ...page, indexedBy: 'updatedAt' }, (visitors) => {
      for (const visitor of visitors)
        if (index.person(visitor._id) === null && !changed.has(visitor._id)) putVisitor(visitor)
    })
    changed.clear()
    onChange()
  }
  return {
    filled: fill(),
    stop() {
      abort.abort()
      for (const stop of watching) stop()
    },
  }
}

function follow<T extends { readonly _id: string }>(
  collection: RxCollection<T>,
  changed: Set<string>,
  onChange: () => void,
  put: (document: T) => void,
  remove: (id: string) => void,
): () => void {
  const watching = collection.eventBulks$.subscribe((bulk) => {
    for (const event of bulk.events) {
      changed.add(event.documentId)
      if (event.operation === 'DELETE') remove(event.documentId)
      else put(event.documentData as T)
    }
    onChange()
  })
  return () => watching.unsubscribe()
}

const toVisit = (entry: VisitorEntry, flatLabel: (flatId: string) => string) => ({
  entryId: entry._id,
  visitorId: entry.visitorId,
  entryAt: entry.entryDateTime,
  inside: entry.state === 'Inside',
  vehicleNumber: entry.vehicleDetails?.number ?? null,
  flatLabels: entry.flatIds.map(flatLabel),
  photoId: entry.entryPhoto ?? null,
})
