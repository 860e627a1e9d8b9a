/**
 * Exactly which documents the server may not hold yet (P4), over restarts and any clock.
 *
 * Two other ways were rejected. Counting documents newer than RxDB's push checkpoint is wrong whenever the
 * clock was set back (trap 1) and counts pulled documents too. A flag inside the document would itself be a
 * change to push. So the desk keeps a list of keys: a key is written (durably) WITH its document, in the same
 * transaction (`database/unsent-keys.ts`), and taken off only when the replication's own metadata holds the very
 * state that the document has now. Where photos belong to the document, they come first, in the desk's own
 * database, with the key beside them, so that photos of a document that never came to be are found. A crash at any
 * point leaves a key too many, never one too few, and `settle` at the next start takes off what is too many.
 * The cost is one small row per unsent document; nothing is ever scanned but this list.
 */
import type { DeskStore, PendingDocument, StoredPhoto } from '../desk/desk-store.ts'
import { documentKey } from '../desk/desk-store.ts'
import type { UnsentKeys } from '../desk/database/unsent-keys.ts'

export interface DocumentRef {
  readonly collection: string
  readonly documentId: string
}

/** How a document stands, by the replication's metadata. */
export type Standing = 'onServer' | 'here' | 'gone'

export interface PendingParts {
  readonly desk: DeskStore
  readonly unsent: Pick<UnsentKeys, 'load' | 'declare' | 'remove'>
  /** Of documents of one collection; ids that are not in the answer are left as they are. */
  readonly standing: (collection: string, ids: readonly string[]) => Promise<ReadonlyMap<string, Standing>>
  readonly now: () => number
  readonly onChange: () => void
  /** They belonged to documents that never came to be: they wait no longer. */
  readonly onPhotosDropped: (photoIds: readonly string[]) => void
}

export interface PendingDocuments {
  count(): number
  has(collection: string, documentId: string): boolean
  /** Since when the one waits that was written first, however the clock was set meanwhile. */
  oldest(): number | null
  /** Writes the documents with their keys; the photos that belong to them first. */
  write<T>(
    documents: readonly DocumentRef[],
    photos: readonly StoredPhoto[],
    work: () => Promise<T>,
  ): Promise<T>
  /** Takes off what has arrived; all of a collection, or the ids given. */
  settle(collection: string, ids?: readonly string[]): Promise<void>
  ids(collection: string): readonly string[]
}

const batch = 500

export async function createPendingDocuments(parts: PendingParts): Promise<PendingDocuments> {
  const { desk, unsent, now, onChange } = parts
  const rows = new Map<string, PendingDocument>()
  const inDesk = new Set<string>()
  const inDeskRows = await desk.pending.toArray()
  for (const row of inDeskRows) inDesk.add(row.key)
  const known = [...(await unsent.load()), ...inDeskRows]
  for (const row of known.toSorted((a, b) => a.since - b.since)) rows.set(row.key, row)
  const keepInDesk = async (
    kept: readonly PendingDocument[],
    photos: readonly StoredPhoto[],
  ): Promise<void> => {
    if (kept.length === 0 && photos.length === 0) return
    for (const { key } of kept) inDesk.add(key)
    await desk.database.transaction('rw', desk.pending, desk.photos, async () => {
      await desk.pending.bulkPut([...kept])
      if (photos.length > 0) await desk.photos.bulkAdd([...photos])
    })
  }
  // A document between its declaration and its write looks like one that has arrived.
  const inFlight = new Map<string, number>()
  const hold = (key: string, by: 1 | -1): void => {
    const next = (inFlight.get(key) ?? 0) + by
    if (next === 0) inFlight.delete(key)
    else inFlight.set(key, next)
  }
  const settleBatch = async (collection: string, ids: readonly string[]): Promise<void> => {
    const known = ids.filter((id) => rows.has(documentKey(collection, id)))
    if (known.length === 0) return
    const before = new Map(known.map((id) => [id, rows.get(documentKey(collection, id))]))
    const standings = await parts.standing(collection, known)
    const settled = known.filter((id) => {
      const key = documentKey(collection, id)
      const standing = standings.get(id)
      if (standing === undefined || standing === 'here') return false
      return !inFlight.has(key) && rows.get(key) === before.get(id)
    })
    if (settled.length === 0) return
    for (const id of settled) rows.delete(documentKey(collection, id))
    onChange()
    const photoIds = await removeSettled(parts, inDesk, collection, settled, standings)
    if (photoIds.length > 0) parts.onPhotosDropped(photoIds)
  }
  const idsOf = (collection: string): string[] =>
    [...rows.values()].filter((row) => row.collection === collection).map((row) => row.documentId)
  return {
    count: () => rows.size,
    has: (collection, documentId) => rows.has(documentKey(collection, documentId)),
    oldest() {
      const [first] = rows.values()
      return first?.since ?? null
    },
    ids: idsOf,
    async write(documents, photos, work) {
      const added = documents.map((ref): PendingDocument => {
        const key = documentKey(ref.collection, ref.documentId)
        return { ...ref, key, since: rows.get(key)?.since ?? now() }
      })
      for (const { key } of added) hold(key, 1)
      const declared = unsent.declare(photos.length > 0 ? [] : added)
      try {
        if (photos.length > 0) await keepInDesk(added, photos)
        // A new object for each declaration: `settle` sees by it that the document has changed meanwhile.
        for (const row of added) rows.set(row.key, row)
        const done = await work()
        await keepInDesk(declared.left(), [])
        return done
      } finally {
        declared.end()
        for (const { key } of added) hold(key, -1)
        onChange()
      }
    },
    async settle(collection, ids) {
      const all = ids ?? idsOf(collection)
      for (let start = 0; start < all.length; start += batch)
        await settleBatch(collection, all.slice(start, start + batch))
    },
  }
}

/** With a document that never came to be go its waiting photos: nobody was told that they are saved. Their ids. */
async function removeSettled(
  { desk, unsent }: PendingParts,
  inDesk: Set<string>,
  collection: string,
  ids: readonly string[],
  standings: ReadonlyMap<string, Standing>,
): Promise<readonly string[]> {
  const gone = ids.filter((id) => standings.get(id) === 'gone')
  const keys = ids.map((id) => documentKey(collection, id)).filter((key) => inDesk.delete(key))
  // Both begin at once: a key that is declared again later must not be met by a removal that was asked for earlier.
  const [photoIds] = await Promise.all([
    keys.length === 0 && gone.length === 0
      ? []
      : desk.database.transaction('rw', desk.pending, desk.photos, async () => {
          await desk.pending.bulkDelete(keys)
          if (gone.length === 0) return []
          const found = await desk.photos
            .where('documentId')
            .anyOf(gone)
            .filter((photo) => photo.collection === collection && photo.state === 'waiting')
            .primaryKeys()
          await desk.photos.bulkDelete(found)
          return found
        }),
    unsent.remove(collection, ids),
  ])
  return photoIds
}
