/** Whether one pushed row may be stored at all, judged without a look at the store. */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { PushRow, WireError } from '@chowki/shared/protocol/messages.ts'
import { isInScope, replicaPart } from '../replicated-collection.ts'
import type { Fields, ReplicatedCollection } from '../replicated-collection.ts'

/** A row's two states as the replica's own version has them, without what it may not set. */
export interface AcceptedRow {
  readonly id: string
  readonly version: number
  readonly next: ReplicaState
  readonly assumed: ReplicaState | undefined
}

export interface ReplicaState {
  readonly deleted: boolean
  readonly fields: Fields
}

const idMaxLength = 64

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

export const upgradeFrom = (collection: ReplicatedCollection, version: number, fields: Fields): Fields =>
  version === collection.version ? fields : (collection.upgrade?.(fields) ?? fields)

function toState(collection: ReplicatedCollection, document: Fields): ReplicaState {
  return { deleted: document._deleted === true, fields: replicaPart(collection, document) }
}

const inField = (error: WireError, prefix: string): WireError => ({
  ...error,
  field: error.field ? `${prefix}/${error.field}` : prefix,
})

const refuse = (code: 'invalid_document' | 'field_not_writable', field: string, message?: string) =>
  err(chowkiError(code, message === undefined ? { field } : { field, message }))
