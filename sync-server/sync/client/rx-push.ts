/** The push half, as RxDB's replication wants it. */
import type { RxCollection, RxReplicationWriteToMasterRow, WithDeleted } from 'rxdb'
import { limits } from '@chowki/shared/protocol/messages.ts'
import type { PushRow, WireDocument } from '@chowki/shared/protocol/messages.ts'
import { createConflictRounds } from './conflict-rounds.ts'
import { createPushHandler } from './push-handler.ts'
import type { PullModifier, PushModifier, RefusedDocument } from './push-handler.ts'
import type { PushLog } from './push-log.ts'
import { pushRows } from './push-rows.ts'
import type { PushTarget } from './push-rows.ts'
import type { PushesUnderWay } from './pushes-under-way.ts'
import type { RequestGate } from './request-gate.ts'
import { SyncError } from './sync-error.ts'

export interface PushSide {
  /** Default 200. */
  readonly batchSize?: number
  /** From the replica to the wire, e.g. to leave out local fields; null keeps a document here. */
  readonly modifier?: PushModifier
  /**
   * Whether `remove()` here deletes for everyone. By default a removed document is just gone from this replica: it may
   * have been removed to free the disk (trap 8).
   */
  readonly deletions?: 'send' | 'keepLocal'
}

export interface RxPushParts<RxDocType> {
  readonly collection: RxCollection<RxDocType>
  readonly target: PushTarget
  readonly gate: RequestGate
  readonly pushLog: PushLog
  readonly pushesUnderWay: PushesUnderWay
  readonly onTrouble: (error: SyncError) => void
  readonly pull?: { readonly modifier?: PullModifier }
  readonly onQuarantined?: (rows: readonly RefusedDocument[]) => void | Promise<void>
  readonly onStored?: (ids: readonly string[]) => void
}

export const defaultBatch = 200

export function createRxPush<RxDocType>(
  { batchSize = defaultBatch, modifier = asItIs, deletions = 'keepLocal' }: PushSide,
  parts: RxPushParts<RxDocType>,
) {
  const { collection, gate, pushesUnderWay, onTrouble } = parts
  const toWire = createWireForm(async (document) =>
    document._deleted === true && deletions === 'keepLocal' ? null : modifier(document),
  )
  const handle = createPushHandler({
    send: (rows) => send(parts, rows),
    readCurrent: (ids) => readCurrent(collection, ids),
    toWire,
    fromWire: parts.pull?.modifier ?? asItIs,
    rounds: createConflictRounds({
      now: () => performance.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      onLoop: (documentId, rounds) =>
        onTrouble(new SyncError('conflictLoop', `${rounds} conflicts in a row`, { documentId })),
    }),
    onQuarantined: parts.onQuarantined ?? (() => {}),
    onStored(ids) {
      parts.pushLog.note(ids)
      parts.onStored?.(ids)
    },
  })
  return {
    batchSize: Math.min(batchSize, limits.pushRowsMax),
    async handler(rows: readonly RxReplicationWriteToMasterRow<RxDocType>[]) {
      try {
        return typed<RxDocType>(await gate.run(() => handle(rows)))
      } catch (error) {
        pushesUnderWay.end(
          rows.map(({ newDocumentState }) => (newDocumentState as unknown as WireDocument)._id),
        )
        throw error
      }
    },
    /**
     * RxDB is told only which documents stay here, so that `sent$` does not name them. Were the wire form given to
     * it, that would be what it merges, without the replica's own fields; and a modifier that fails here drops its
     * whole batch without a retry. So failures are left to the handler, which asks again.
     */
    modifier: async (document: WithDeleted<RxDocType>) => {
      // The handler meets the same failure, and reports it.
      const wire = await toWire(document as unknown as WireDocument).catch(() => undefined)
      return wire === null ? null : document
    },
  }
}

/**
 * What the server has taken, or set aside, stays under way until RxDB has its record of it; a conflict is pushed again.
 * A conflict too makes older pages old: its answer holds what the server has now.
 */
async function send<RxDocType>(
  { target, pushLog, pushesUnderWay }: RxPushParts<RxDocType>,
  rows: readonly PushRow[],
) {
  pushesUnderWay.begin(rows.map((row) => row.newDocumentState))
  const results = await pushRows(target, rows)
  const conflicts = results.flatMap((one) => (one.status === 'conflict' ? [one.document._id] : []))
  pushLog.note(conflicts)
  pushesUnderWay.end(conflicts)
  return results
}

async function readCurrent<RxDocType>(collection: RxCollection<RxDocType>, ids: readonly string[]) {
  const found = await collection.storageInstance.findDocumentsById([...ids], true)
  return new Map(
    found.map((stored) => {
      const { _meta, _rev, _attachments, ...state } = stored as unknown as WireDocument
      return [state._id, state as WireDocument]
    }),
  )
}

/** Each document's wire form, made once, however often RxDB asks or a push is repeated. */
function createWireForm(make: (document: WireDocument) => Promise<WireDocument | null>) {
  const known = new WeakMap<object, WireDocument | null>()
  return async (document: WireDocument): Promise<WireDocument | null> => {
    const found = known.get(document)
    if (found !== undefined) return found
    const made = await make({ ...document })
    known.set(document, made)
    return made
  }
}

export const asItIs = (document: WireDocument) => document

/** The schemas of both sides are the type; the wire in between cannot know it. */
export const typed = <RxDocType>(documents: readonly WireDocument[]) =>
  documents as unknown as WithDeleted<RxDocType>[]
