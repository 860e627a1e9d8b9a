/**
 * A replica often pulls its own document before it knows that its push arrived: the nudge is faster than the answer,
 * or the answer was lost, or the program died. RxDB takes such a document for a local edit that has yet to be pushed
 * and passes over the pulled one, while its checkpoint goes on: what only the server sets, a stamp or a correction,
 * stays away until the document changes again (trap 14, found by the simulator).
 *
 * So a pulled document that differs from the local one only in what the server sets is written here, before RxDB and
 * its checkpoint see the page. A local edit cannot be lost by it: one that is already there makes the two differ in
 * what the replica owns, and then nothing is written; one that comes at the same moment fails the write by its
 * revision. Where an edit is yet to be pushed, nothing is missing either: it is stored under a higher number and pulled
 * again, or it conflicts, and the merge takes the server's fields. Where its push is under way: `pushes-under-way.ts`.
 *
 * Rejected: to let the answer to a push carry what was stored. It makes every push larger, is a change of the
 * protocol, and is lost with the answer, which is the very case.
 */
import type { BulkWriteRow, RxCollection, RxDocumentData, WithDeleted } from 'rxdb'
import { jsonEqual } from '@chowki/shared/domain/canonical-json.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'

/** What the replica's own schema refuses, and why. */
export interface RefusedEcho {
  readonly documentId: string
  readonly cause: unknown
}

/** Resolves when all is on disk, but for those that are refused. */
export type WriteEchoes = (documents: readonly WireDocument[]) => Promise<readonly RefusedEcho[]>

/** Begins as RxDB's own name for writes of what was pulled. */
const context = 'replication-downstream-echo'
const overtaken = 409

export function createWriteEchoes<RxDocType>(collection: RxCollection<RxDocType>): WriteEchoes {
  const writeEchoes: WriteEchoes = async (documents) => {
    const rows = await findEchoes(collection, documents)
    if (rows.length === 0) return []
    const { error } = await collection.storageInstance.bulkWrite(rows, context)
    const refused = error.filter(({ status }) => status !== overtaken)
    // What has changed meanwhile is looked at again.
    const again = new Set(error.filter(({ status }) => status === overtaken).map((one) => one.documentId))
    return [
      ...refused.map((cause) => ({ documentId: cause.documentId, cause })),
      ...(again.size > 0 ? await writeEchoes(documents.filter(({ _id }) => again.has(_id))) : []),
    ]
  }
  return writeEchoes
}

async function findEchoes<RxDocType>(
  collection: RxCollection<RxDocType>,
  documents: readonly WireDocument[],
): Promise<BulkWriteRow<RxDocType>[]> {
  const ids = documents.map(({ _id }) => _id)
  const found = await collection.storageInstance.findDocumentsById(ids, false)
  if (found.length === 0) return []
  const pulled = new Map(documents.map((document) => [document._id, document]))
  return found.flatMap((previous): BulkWriteRow<RxDocType>[] => {
    const { _meta, _rev, _attachments, ...held } = previous as unknown as WireDocument
    const news = pulled.get(held._id) as WireDocument
    const wanted: WireDocument = { ...news, _deleted: news._deleted === true }
    if (!isEcho(collection, wanted, held) || jsonEqual(wanted, held)) return []
    const document = { ...wanted, _meta, _rev, _attachments } as unknown as RxDocumentData<RxDocType>
    return [{ previous, document }]
  })
}

/** The two differ only in what the server sets. */
export function isEcho<RxDocType>(
  { conflictHandler }: RxCollection<RxDocType>,
  pulled: WireDocument,
  own: WireDocument,
): boolean {
  const [a, b] = [pulled, own].map(
    (document) =>
      ({ ...document, _deleted: document._deleted === true }) as unknown as WithDeleted<RxDocType>,
  ) as [WithDeleted<RxDocType>, WithDeleted<RxDocType>]
  return conflictHandler.isEqual(a, b, 'downstream-check-if-equal-0')
}
