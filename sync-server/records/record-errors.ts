/** Why nothing was written. Each is thrown by `records.write` once all is undone. */
import { DuplicateIds, RowsRefused } from '../storage/storage.ts'
import type { RowRefusal } from '../storage/storage.ts'

/** The caller may not write this collection: a bug, or somebody who tries. The attempt is in the audit. */
export class WriteForbidden extends Error {
  override name = 'WriteForbidden'
  readonly collection: string

  constructor(collection: string) {
    super(`this caller may not write ${collection}`)
    this.collection = collection
  }
}

/** A record does not fit its collection, or a unique value is in use. Names the field, never the value. */
export class RecordRefused extends Error {
  override name = 'RecordRefused'
  readonly id: string
  readonly field: string
  /** What is wrong with the field. */
  readonly reason: string
  /** Another record of the society has the value. */
  readonly isTaken: boolean
  /** Those that the store refuses beside this one. */
  readonly others: readonly RecordRefused[]

  constructor(
    id: string,
    field: string,
    reason: string,
    { isTaken = false, others = [] }: { isTaken?: boolean; others?: readonly RecordRefused[] } = {},
  ) {
    super(`a record is refused: ${field} ${reason}`)
    this.id = id
    this.field = field
    this.reason = reason
    this.isTaken = isTaken
    this.others = others
  }
}

/** Ids of new records are in use, here or in another society: which of them is not said. */
export class RecordIdTaken extends Error {
  override name = 'RecordIdTaken'
  /** One at least. */
  readonly ids: readonly string[]

  constructor(ids: readonly string[]) {
    super('the id of a new record is in use')
    this.ids = ids
  }
}

/** The store's refusals in the words of records; whatever else happened stays as it is. */
export function toRecordError(error: unknown): unknown {
  if (error instanceof DuplicateIds) return new RecordIdTaken(error.ids)
  const [first, ...others] = error instanceof RowsRefused ? error.refusals : []
  return first
    ? toRecordRefused(
        first,
        others.map((other) => toRecordRefused(other)),
      )
    : error
}

function toRecordRefused(
  { id, field, rule }: RowRefusal,
  others: readonly RecordRefused[] = [],
): RecordRefused {
  return new RecordRefused(id, field ?? '', `breaks the store's ${rule} rule`, {
    isTaken: rule === 'unique',
    others,
  })
}
