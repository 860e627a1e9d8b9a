/** What becomes of one accepted row, given the stored document with its id. Pure. */
import { isInScope, replicaPart, toReplica } from '../replicated-collection.ts'
import type { Fields, ReplicatedCollection } from '../replicated-collection.ts'
import { jsonEqual } from '@chowki/shared/domain/canonical-json.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import { upgradeFrom } from './judge-row.ts'
import type { AcceptedRow, ReplicaState } from './judge-row.ts'

export interface CurrentDocument {
  readonly deleted: boolean
  readonly document: WireDocument
}

export type Decision =
  | { readonly decision: 'store'; readonly deleted: boolean; readonly document: WireDocument }
  | { readonly decision: 'unchanged' }
  | { readonly decision: 'conflict'; readonly document: WireDocument }
  /** The stored document is not for this replica's eyes: answering with a conflict would show it. */
  | { readonly decision: 'hidden' }

export function decideRow(
  collection: ReplicatedCollection,
  row: AcceptedRow,
  current: CurrentDocument | undefined,
): Decision {
  if (!current) {
    const fields = upgradeFrom(collection, row.version, row.next.fields)
    return { decision: 'store', deleted: row.next.deleted, document: { ...fields, _id: row.id } }
  }
  if (!isInScope(collection, current.document)) return { decision: 'hidden' }
  const seen = asSeen(collection, row.version, current)
  const fields = carryOver(collection, row, current, seen)
  const next: ReplicaState = { deleted: row.next.deleted, fields }
  if (isSameState(next, { deleted: current.deleted, fields: replicaPart(collection, current.document) })) {
    return { decision: 'unchanged' }
  }
  if (!row.assumed || !isSameState(row.assumed, seen)) {
    return { decision: 'conflict', document: toReplica(collection, row.version, current) }
  }
  const kept = pick(current.document, [...collection.serverOwned, ...collection.withheld])
  return { decision: 'store', deleted: next.deleted, document: { ...kept, ...fields, _id: row.id } }
}

/** The stored document's replica-owned part in the replica's own version: what its assumption is compared with. */
function asSeen(collection: ReplicatedCollection, version: number, current: CurrentDocument): ReplicaState {
  const { _deleted, ...document } = toReplica(collection, version, current)
  return { deleted: _deleted === true, fields: replicaPart(collection, document) }
}

/**
 * A replica of the version before knows only part of the document, in its own form. What it changed is found by
 * comparing its state with the stored one after the same way down and up; all else stays as stored, so that an
 * old replica cannot reset a field which it has never seen.
 */
function carryOver(
  collection: ReplicatedCollection,
  row: AcceptedRow,
  current: CurrentDocument,
  seen: ReplicaState,
): Fields {
  if (row.version === collection.version) return row.next.fields
  const before = upgradeFrom(collection, row.version, seen.fields)
  const after = upgradeFrom(collection, row.version, row.next.fields)
  const fields: Record<string, unknown> = { ...replicaPart(collection, current.document) }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (jsonEqual(before[name], after[name])) continue
    if (after[name] === undefined) delete fields[name]
    else fields[name] = after[name]
  }
  return fields
}

const isSameState = (a: ReplicaState, b: ReplicaState) =>
  a.deleted === b.deleted && jsonEqual(a.fields, b.fields)

function pick(document: Fields, names: readonly string[]): Record<string, unknown> {
  const picked: Record<string, unknown> = {}
  for (const name of names) if (document[name] !== undefined) picked[name] = document[name]
  return picked
}
