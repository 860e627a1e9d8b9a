/**
 * Trap 1: RxDB remembers how far it has pushed by the wall clock of the last write. After a clock that was ahead is
 * put right, new writes are older than that and are never pushed, without an error. So before a replication starts,
 * ask whether the newest local write lies in the future; if so, replicate under a new identifier, which pushes
 * everything again (idempotently).
 *
 * That alone is not enough (found by the simulator): what is written from then on, the outcome of a merge too, would
 * still be older than the newest write, and the new identifier's checkpoint passes over it. Within one process
 * RxDB's clock never goes back; so it is set to the newest write that lies on the disk, and goes on from there.
 */
import { getChangedDocumentsSince, now as rxNow } from 'rxdb'
import type { RxCollection } from 'rxdb'

const pageSize = 500

/** `now`: epoch milliseconds. When true, RxDB's clock in this process is from now on later than every local write. */
export async function newestWriteIsInFuture<RxDocType>(
  collection: RxCollection<RxDocType>,
  now: number,
): Promise<boolean> {
  const newest = await newestWriteAfter(collection, now)
  if (newest !== undefined) raiseRxClock(newest)
  return newest !== undefined
}

/** In RxDB's time: epoch milliseconds with hundredths. */
async function newestWriteAfter<RxDocType>(
  collection: RxCollection<RxDocType>,
  now: number,
): Promise<number | undefined> {
  let newest: number | undefined
  for (let checkpoint = { id: '', lwt: now }; ;) {
    const page = await getChangedDocumentsSince(collection.storageInstance, pageSize, checkpoint)
    const last = page.documents.at(-1)
    if (!last) return newest
    newest = last._meta.lwt
    checkpoint = page.checkpoint as typeof checkpoint
  }
}

/** RxDB has no other way to be told: it takes the latest that `Date.now` has ever said. Nothing else runs meanwhile. */
function raiseRxClock(lwt: number): void {
  const dateNow = Date.now
  const latest = Math.max(Math.ceil(lwt), dateNow())
  Date.now = () => latest
  try {
    rxNow()
  } finally {
    Date.now = dateNow
  }
}
