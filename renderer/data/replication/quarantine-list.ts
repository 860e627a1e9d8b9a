/** What the server refused and what the disk no longer gives back, where the guard can see it (P4). */
import type { Report } from '../desk/trouble.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import type { UnreadableRow } from '../desk/database/encrypted-storage.ts'
import { documentKey } from '../desk/desk-store.ts'
import type { DeskStore } from '../desk/desk-store.ts'
import type { Live, QuarantineNotice } from '../kiosk-data.ts'
import { createLive } from '../desk/live.ts'

export interface QuarantineList {
  readonly rows: Live<readonly QuarantineNotice[]>
  has(collection: string, documentId: string): boolean
  /** Resolves when the row is durable. */
  add(collection: string, documentId: string, error: ChowkiError): Promise<void>
  /** True where nobody knew of it before. */
  addUnreadable(row: UnreadableRow): boolean
  /** The document is in order again. */
  remove(collection: string, documentId: string): Promise<void>
  /** Photos are put in by the uploader itself. */
  reload(): Promise<void>
}

const isKioskCollectionName = (name: string): boolean =>
  kioskCollections.some((definition) => definition.name === name)

export async function openQuarantineList(
  desk: DeskStore,
  now: () => number,
  report: Report,
): Promise<QuarantineList> {
  const rows = createLive<readonly QuarantineNotice[]>([])
  let keys: ReadonlySet<string> = new Set()
  const reload = async (): Promise<void> => {
    const stored = (await desk.quarantine.orderBy('at').toArray()).toReversed()
    keys = new Set(stored.map((row) => row.id))
    rows.set(
      stored.map(({ id, collection, documentId, error, at }) => ({ id, collection, documentId, error, at })),
    )
  }
  const seenUnreadable = new Set<string>()
  await reload()
  return {
    rows,
    reload,
    has: (collection, documentId) => keys.has(documentKey(collection, documentId)),
    async add(collection, documentId, error) {
      const id = documentKey(collection, documentId)
      await desk.quarantine.put({ id, collection, documentId, error, at: now() })
      await reload()
    },
    addUnreadable({ collection, documentId, raw }) {
      const id = documentKey(collection, documentId)
      // The metadata of a replication heals itself, and means nothing to a guard.
      if (!isKioskCollectionName(collection) || keys.has(id) || seenUnreadable.has(id)) return false
      seenUnreadable.add(id)
      const error = chowkiError('record_unreadable')
      void desk.quarantine
        .put({ id, collection, documentId, error, at: now(), raw })
        .then(reload)
        .catch((error: unknown) => {
          report('storage.keepUnreadable', error, collection)
          seenUnreadable.delete(id)
        })
      return true
    },
    async remove(collection, documentId) {
      const id = documentKey(collection, documentId)
      if (!keys.has(id)) return
      await desk.quarantine.delete(id)
      await reload()
    },
  }
}
