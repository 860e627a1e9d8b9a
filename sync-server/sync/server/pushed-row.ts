/** One pushed row: first whether it may be stored at all, then what becomes of it, given the document of its id. Pure. */
import { jsonEqual } from '@chowki/shared/domain/canonical-json.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { pick } from '@chowki/shared/projections/pick-fields.ts'
import type { PushRow, WireDocument, WireError } from '@chowki/shared/protocol/messages.ts'
import { isInScope, replicaPart, toReplica } from '../replicated-collection.ts'
import type { Fields, ReplicatedCollection } from '../replicated-collection.ts'

/** A row's two states as the replica's own version has them, without what it may not set. */
export interface AcceptedRow {
  readonly id: string
  readonly version: number
  readonly next: ReplicaState
  readonly assumed: ReplicaState | undefined
}

interface ReplicaState {
  readonly deleted: boolean
  readonly fields: Fields
}

const idMaxLength = 64

/** Judged without a look at the store. */
export function judgeRow(
  collection: ReplicatedCollection,
  partition: string,
  version: number,
  row: PushRow,
): Result<AcceptedRow, WireError> {
  const { newDocumentState, assumedMasterState } = row
  const id: unknown = newDocumentState._id
  if (!collection.writable) return err(chowkiError('collection_not_writable'))
  if (typeof id !== 'string' || id === '' || id.length > idMaxLength) {
    return refuse('invalid_document', 'newDocumentState/_id', 'must be a text of 1 to 64 characters')
  }
  if (assumedMasterState && assumedMasterState._id !== id) {
    return refuse('invalid_document', 'assumedMasterState/_id', 'must be the id of newDocumentState')
  }
  // Neither stored nor a deletion: who sent it meant something by it.
  if (!['undefined', 'boolean'].includes(typeof newDocumentState._deleted)) {
    return refuse('invalid_document', 'newDocumentState/_deleted', 'must be of type boolean')
  }
  const next = toState(collection, newDocumentState)
  if (next.deleted && !collection.replicaDeletes) {
    return refuse('field_not_writable', 'newDocumentState/_deleted')
  }
  const withheld = collection.withheld.find((name) => Object.hasOwn(newDocumentState, name))
  if (withheld !== undefined) return refuse('field_not_writable', `newDocumentState/${withheld}`)
  const judged = judgeFields(collection, partition, version, next)
  if (!judged.ok) return judged
  const assumed = assumedMasterState && toState(collection, assumedMasterState)
  return ok({ id, version, next, assumed })
}

function judgeFields(
  collection: ReplicatedCollection,
  partition: string,
  version: number,
  next: ReplicaState,
): Result<true, WireError> {
  const upgraded = upgradeFrom(collection, version, next.fields)
  const valid = collection.validate(upgraded, partition)
  if (!valid.ok) return err(inField(valid.error, 'newDocumentState'))
  if (!isInScope(collection, upgraded)) {
    return refuse('field_not_writable', `newDocumentState/${collection.scope?.field ?? ''}`)
  }
  return ok(true)
}

const upgradeFrom = (collection: ReplicatedCollection, version: number, fields: Fields): Fields =>
  version === collection.version ? fields : (collection.upgrade?.(fields) ?? fields)

function toState(collection: ReplicatedCollection, document: Fields): ReplicaState {
  return { deleted: document._deleted === true, fields: replicaPart(collection, document) }
}

interface CurrentDocument {
  readonly deleted: boolean
  readonly document: WireDocument
}

type Decision =
  | { readonly decision: 'store'; readonly deleted: boolean; readonly document: WireDocument }
  | { readonly decision: 'unchanged' }
  | { readonly decision: 'conflict'; readonly document: WireDocument }
  /** The stored document is not for this replica's eyes: answering with a conflict would show it. */
  | { readonly decision: 'hidden' }

/** `current`: the stored document with the row's id, of whichever scope. */
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

const inField = (error: WireError, prefix: string): WireError => ({
  ...error,
  field: error.field ? `${prefix}/${error.field}` : prefix,
})

const refuse = (code: 'invalid_document' | 'field_not_writable', field: string, message?: string) =>
  err(chowkiError(code, message === undefined ? { field } : { field, message }))
