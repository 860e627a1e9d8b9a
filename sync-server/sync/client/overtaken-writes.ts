/**
 * The other half of trap 16, found by the simulator. RxDB reads the local document and its own record of the server's
 * state at the same time, but not in one moment. A push whose answer is recorded just in between makes a local edit look
 * like what the server has, and RxDB writes the page, which was read before that push, over it. So what RxDB writes of a
 * page is looked at once more: a document whose push was answered since the page was found to be fresh is refused, as
 * if it had been changed in the same moment. Nothing is missed by it: the server has what was pushed under a higher
 * number than the page's, and a later page brings it.
 *
 * Rejected: pages and pushes that take turns. RxDB lets a page wait for its pushes where a conflict was just merged, and
 * records several batches of a push together: a push that waits for a page could wait for ever.
 */
import type {
  BulkWriteRow,
  RxDocumentData,
  RxStorageBulkWriteResponse,
  RxStorageInstance,
  RxStorageWriteError,
} from 'rxdb'
import type { RxReplicationState } from 'rxdb/plugins/replication'

/** RxDB's own name for writes of what was pulled begins with this. */
const ofPages = 'replication-downstream'
/** RxDB passes over these: whoever changed the document sees to it. */
const overtaken = 409

/** To be called from a handler: before its first call RxDB has no replication to ask, and has written nothing. */
export function refuseOvertakenWrites<RxDocType, CheckpointType>(
  { internalReplicationState }: RxReplicationState<RxDocType, CheckpointType>,
  isOvertaken: (documentId: string) => boolean,
): void {
  if (!internalReplicationState) throw new Error('the replication has not started')
  const { input } = internalReplicationState
  const disk = input.forkInstance
  const bulkWrite: typeof disk.bulkWrite = (rows, context) => {
    if (!context.startsWith(ofPages)) return disk.bulkWrite(rows, context)
    const refused = rows.filter(({ previous, document }) => previous && isOvertaken(idOf(document)))
    if (refused.length === 0) return disk.bulkWrite(rows, context)
    const others = rows.filter((row) => !refused.includes(row))
    return writeOthers(disk, others, refused, context)
  }
  // For this replication alone: others, and the application, write to the same disk.
  input.forkInstance = new Proxy(disk, {
    get: (target, name) => (name === 'bulkWrite' ? bulkWrite : (Reflect.get(target, name) as unknown)),
  })
}

async function writeOthers<RxDocType>(
  disk: RxStorageInstance<RxDocType, unknown, unknown>,
  others: BulkWriteRow<RxDocType>[],
  refused: readonly BulkWriteRow<RxDocType>[],
  context: string,
): Promise<RxStorageBulkWriteResponse<RxDocType>> {
  const { error } = others.length > 0 ? await disk.bulkWrite(others, context) : { error: [] }
  return { error: [...error, ...refused.map((row) => toConflict(row, context))] }
}

const idOf = (document: object): string => (document as { readonly _id: string })._id

function toConflict<RxDocType>(
  writeRow: BulkWriteRow<RxDocType>,
  context: string,
): RxStorageWriteError<RxDocType> {
  return {
    status: overtaken,
    isError: true,
    documentId: idOf(writeRow.document),
    documentInDb: writeRow.previous as RxDocumentData<RxDocType>,
    writeRow,
    context,
  }
}
