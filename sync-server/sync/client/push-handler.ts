/** RxDB's push handler: what leaves the replica, and what becomes of each answer. */
import { jsonEqual } from '@chowki/shared/domain/canonical-json.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { PushResult, PushRow, WireDocument, WireError } from '@chowki/shared/protocol/messages.ts'
import type { ConflictRounds } from './conflict-rounds.ts'

export type PushModifier = (document: WireDocument) => WireDocument | null | Promise<WireDocument | null>
export type PullModifier = (document: WireDocument) => WireDocument | Promise<WireDocument>

export interface RefusedDocument {
  readonly id: string
  /** As it was sent. */
  readonly document: WireDocument
  readonly error: WireError
}

export interface PushHandlerParts {
  readonly send: (rows: readonly PushRow[]) => Promise<PushResult[]>
  /** What lies in the replica now, by id: the state alone, without RxDB's own fields. */
  readonly readCurrent: (ids: readonly string[]) => Promise<ReadonlyMap<string, WireDocument>>
  readonly toWire: PushModifier
  readonly fromWire: PullModifier
  readonly rounds: ConflictRounds
  /** Awaited: a refused row must be on record before RxDB takes it for sent. */
  readonly onQuarantined: (rows: readonly RefusedDocument[]) => void | Promise<void>
  readonly onStored: (ids: readonly string[]) => void
}

interface RxRow {
  readonly newDocumentState: unknown
  readonly assumedMasterState?: unknown
}

/** The wire form of one row, or why it has none. */
type Prepared = { readonly row: PushRow } | { readonly refused: RefusedDocument } | { readonly skipped: true }

/** Returns the server's states of the rows that conflict, as RxDB wants them. */
export function createPushHandler(
  parts: PushHandlerParts,
): (rows: readonly RxRow[]) => Promise<WireDocument[]> {
  // RxDB may call for several batches at once: one at a time, in their order.
  let lane: Promise<unknown> = Promise.resolve()
  return (rows) => {
    const run = lane.then(() => pushBatch(parts, rows))
    // RxDB has the failure by `run`; the next batch must not inherit it.
    lane = run.catch(() => undefined)
    return run
  }
}

async function pushBatch(parts: PushHandlerParts, batch: readonly RxRow[]): Promise<WireDocument[]> {
  const outdated = await findOutdated(parts, batch)
  const prepared = await Promise.all(
    batch.filter((row) => !outdated.includes(row)).map((row) => prepare(parts, row)),
  )
  const refused = prepared.flatMap((one) => ('refused' in one ? [one.refused] : []))
  const rows = prepared.flatMap((one) => ('row' in one ? [one.row] : []))
  const results = await parts.send(rows)
  const conflicts: WireDocument[] = []
  const stored: string[] = []
  for (const [index, result] of results.entries()) {
    const document = rows[index]?.newDocumentState
    if (!document) continue
    if (result.status === 'conflict') conflicts.push(result.document)
    else if (result.status === 'quarantined')
      refused.push({ id: document._id, document, error: result.error })
    else stored.push(document._id)
  }
  if (refused.length > 0) await parts.onQuarantined(refused)
  if (stored.length > 0) parts.onStored(stored)
  await parts.rounds.settle(
    conflicts.map((document) => document._id),
    [...stored, ...refused.map((row) => row.id)],
  )
  // RxDB gives conflicts to the merge as they are: without this they lack what the replica adds on pull.
  const merged = await Promise.all(conflicts.map((document) => parts.fromWire(document)))
  return [...merged, ...outdated.map((row) => row.assumedMasterState as WireDocument)]
}

/**
 * Trap 13, found by the simulator: when a replication starts, RxDB reads what it will push, then what it believes of
 * the server, and pulls at the same time. A document that is pulled in between is pushed in its old state, on the
 * assumption of its new one: the server has no reason to object, and another replica's edit is undone. So a row
 * counts only if its document still is in that state, now that the assumption has been read. RxDB is told of a
 * conflict: it then writes nothing (the document has moved on) and reads again.
 */
async function findOutdated(
  { readCurrent }: PushHandlerParts,
  batch: readonly RxRow[],
): Promise<readonly RxRow[]> {
  const edits = batch.filter((row) => row.assumedMasterState !== undefined)
  if (edits.length === 0) return []
  const current = await readCurrent(edits.map((row) => (row.newDocumentState as WireDocument)._id))
  return edits.filter((row) => {
    const now = current.get((row.newDocumentState as WireDocument)._id)
    return now !== undefined && !jsonEqual(now, row.newDocumentState)
  })
}

async function prepare({ toWire }: PushHandlerParts, row: RxRow): Promise<Prepared> {
  const document = row.newDocumentState as WireDocument
  try {
    const newDocumentState = await toWire(document)
    if (newDocumentState === null) return { skipped: true }
    const assumed = row.assumedMasterState as WireDocument | undefined
    const assumedMasterState = assumed && (await toWire(assumed))
    return { row: { newDocumentState, ...(assumedMasterState ? { assumedMasterState } : {}) } }
  } catch (cause) {
    // One document that cannot be made ready must not hold up its neighbours.
    const message = `The replica could not prepare this document: ${(cause as Error).name}.`
    return { refused: { id: document._id, document, error: chowkiError('invalid_document', { message }) } }
  }
}
