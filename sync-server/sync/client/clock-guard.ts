/**
 * Trap 1: RxDB remembers how far it has pushed by the wall clock of the last write. After a clock that was ahead is
 * put right, new writes are older than that and are never pushed, without an error. So before a replication starts,
 * ask whether the newest local write lies in the future; if so, replicate under a new identifier, which pushes
 * everything again (idempotently). Within one process RxDB's clock never goes back, so asking at the start is enough.
 */
import { getChangedDocumentsSince } from 'rxdb'
import type { RxCollection } from 'rxdb'

/** `now`: epoch milliseconds. */
export async function newestWriteIsInFuture<RxDocType>(
  collection: RxCollection<RxDocType>,
  now: number,
): Promise<boolean> {
  const { documents } = await getChangedDocumentsSince(collection.storageInstance, 1, { id: '', lwt: now })
  return documents.length > 0
}
