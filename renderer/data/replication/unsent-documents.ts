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
import type { DeskStore, UnsentDocument, DeskPhoto } from '../desk/desk-store.ts'
import { documentKey } from '../desk/desk-store.ts'
import type { UnsentKeys } from '../desk/database/unsent-keys.ts'
import type { Report } from '../desk/trouble.ts'

export interface DocumentRef {
  readonly collection: string
  readonly documentId: string
}

/** How a document stands, by the replication's metadata. */
export type Standing = 'onServer' | 'here' | 'gone'

export interface UnsentParts {
  readonly desk: DeskStore
  readonly unsentKeys: Pick<UnsentKeys, 'load' | 'declare' | 'remove'>
  /** Of documents of one collection; ids that are not in the answer are left as they are. */
  readonly standing: (collection: string, ids: readonly string[]) => Promise<ReadonlyMap<string, Standing>>
  readonly now: () => number
  readonly onChange: () => void
  /** They belonged to documents that never came to be: they wait no longer. */
  readonly onPhotosDropped: (photoIds: readonly string[]) => void
}

export interface UnsentDocuments {
  count(): number
  has(collection: string, documentId: string): boolean
  /** Since when the one waits that was written first, however the clock was set meanwhile. */
  oldest(): number | null
  /** Writes the documents with their keys; the photos that belong to them first. */
  write<T>(
    documents: readonly DocumentRef[],
    photos: readonly DeskPhoto[],
    work: () => Promise<T>,
  ): Promise<T>
  /** Takes off what has arrived; all of a collection, or the ids given. */
  settle(collection: string, ids?: readonly string[]): Promise<void>
  ids(collection: string): readonly string[]
}

const batch = 500

export async function createUnsentDocuments(parts: UnsentParts): Promise<UnsentDocuments> {
  const { desk, unsentKeys, now, onChange } = parts
  const rows = new Map<string, UnsentDocument>()
  const inDesk = new Set<string>()
  const inDeskRows = await desk.unsent.toArray()
  for (const row of inDeskRows) inDesk.add(row.key)
  const known = [...(await unsentKeys.load()), ...inDeskRows]
  for (const row of known.toSorted((a, b) => a.since - b.since)) rows.set(row.key, row)
  const keepInDesk = async (kept: readonly UnsentDocument[], photos: readonly DeskPhoto[]): Promise<void> => {
    if (kept.length === 0 && photos.length === 0) return
    for (const { key } of kept) inDesk.add(key)
    await desk.database.transaction('rw', desk.unsent, desk.photos, async () => {
      await desk.unsent.bulkPut([...kept])
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
      const added = documents.map((ref): UnsentDocument => {
        const key = documentKey(ref.collection, ref.documentId)
        return { ...ref, key, since: rows.get(key)?.since ?? now() }
      })
      for (const { key } of added) hold(key, 1)
      const declared = unsentKeys.declare(photos.length > 0 ? [] : added)
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
  { desk, unsentKeys }: UnsentParts,
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
      : desk.database.transaction('rw', desk.unsent, desk.photos, async () => {
          await desk.unsent.bulkDelete(keys)
          if (gone.length === 0) return []
          const found = await desk.photos
            .where('documentId')
            .anyOf(gone)
            .filter((photo) => photo.collection === collection && photo.state === 'waiting')
            .primaryKeys()
          await desk.photos.bulkDelete(found)
          return found
        }),
    unsentKeys.remove(collection, ids),
  ])
  return photoIds
}

/**
 * Takes documents off the unsent list soon after they were answered for, several at once; and notices what is
 * stuck. A document can stay unsent though its collection is idle and online: RxDB's push checkpoint is the wall
 * clock, and one that was set back in between skips writes (trap 1) even where the guard at start saw nothing.
 * Such a document is written again, unchanged, which sends it.
 */
export interface SettlingParts {
  readonly report: Report
  readonly settle: (collection: string, ids?: readonly string[]) => Promise<void>
  readonly unsentIds: (collection: string) => readonly string[]
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
    if (stopped || stuckTimers.has(collection) || parts.unsentIds(collection).length === 0) return
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
  const ids = parts.unsentIds(collection).slice(0, pushAgainAtOnce)
  if (ids.length === 0 || !parts.isIdle(collection)) return
  const standings = await parts.standing(collection, ids)
  const stuck = ids.filter((id) => standings.get(id) === 'here')
  if (stuck.length > 0 && parts.isIdle(collection)) await parts.pushAgain(collection, stuck)
}
