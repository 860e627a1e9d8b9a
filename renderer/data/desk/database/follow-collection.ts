/** A whole (small) collection in memory, from the disk and then from its change stream, with no gap between. */
import type { RxCollection } from 'rxdb'

export interface CollectionListener<T> {
  put(document: T): void
  remove(id: string): void
  /** After a batch of changes. */
  changed(): void
}

/** Resolves when what is on the disk has been told. Changes that come meanwhile are told in their order. */
export async function followCollection<T>(
  collection: RxCollection<T>,
  follower: CollectionListener<T>,
): Promise<() => void> {
  const tell = (id: string, document: T | null): void =>
    document === null ? follower.remove(id) : follower.put(document)
  const early: [string, T | null][] = []
  let loaded = false
  const watching = collection.eventBulks$.subscribe((bulk) => {
    for (const event of bulk.events) {
      const document = event.operation === 'DELETE' ? null : (event.documentData as T)
      if (loaded) tell(event.documentId, document)
      else early.push([event.documentId, document])
    }
    if (loaded) follower.changed()
  })
  for (const document of await collection.find().exec()) follower.put(document.toJSON() as T)
  loaded = true
  for (const [id, document] of early) tell(id, document)
  follower.changed()
  return () => watching.unsubscribe()
}

export const intoMap = <T extends { readonly _id: string }>(
  rows: Map<string, T>,
  changed: () => void,
): CollectionListener<T> => ({
  put: (document) => void rows.set(document._id, document),
  remove: (id) => void rows.delete(id),
  changed,
})
