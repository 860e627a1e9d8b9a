/**
 * RxDB writes a pulled document first and its own record of the server's state after it. A program that ends in between
 * leaves a document that looks like a local edit which nobody made: it is not pushed, since the push checkpoint is past
 * it, and whatever the server has for it is passed over, for ever (trap 15, found by the simulator). RxDB marks what it
 * pulls, in `_meta.o`, to know such a document again. But in 17.6 its collections give all inserts of one write the same
 * `_meta`, and the mark is lost with every document that is new here. This puts it back.
 */
import type { BulkWriteRow, RxCollection, RxStorageInstance } from 'rxdb'
import type { RxReplicationState } from 'rxdb/plugins/replication'

/** By the disk below a collection: the name that a replication gives its writes -> its mark. */
const marksByDisk = new WeakMap<object, Map<string, string>>()

/** To be awaited in a handler: before its first call RxDB has no replication to ask, and has written nothing. */
export async function keepOriginOfInserts<RxDocType, CheckpointType>(
  { storageInstance }: RxCollection<RxDocType>,
  { internalReplicationState }: RxReplicationState<RxDocType, CheckpointType>,
): Promise<void> {
  if (!internalReplicationState) throw new Error('the replication has not started')
  const { downstreamBulkWriteFlag, input } = internalReplicationState
  const [context, mark] = await Promise.all([downstreamBulkWriteFlag, input.hashFunction(input.identifier)])
  marksOf(storageInstance.originalStorageInstance).set(context, mark)
}

function marksOf<RxDocType>(disk: RxStorageInstance<RxDocType, unknown, unknown>): Map<string, string> {
  const known = marksByDisk.get(disk)
  if (known) return known
  const marks = new Map<string, string>()
  marksByDisk.set(disk, marks)
  const write = disk.bulkWrite.bind(disk)
  disk.bulkWrite = (rows, context) => {
    const mark = marks.get(context)
    return write(mark === undefined ? rows : rows.map((row) => withMark(row, mark)), context)
  }
  return marks
}

/** As RxDB would have it: the mark holds as long as the revision is the one that the pull made. */
function withMark<RxDocType>(row: BulkWriteRow<RxDocType>, mark: string): BulkWriteRow<RxDocType> {
  if (row.previous) return row
  const { document } = row
  return { ...row, document: { ...document, _meta: { ...document._meta, o: { _rev: 1, hash: mark } } } }
}
