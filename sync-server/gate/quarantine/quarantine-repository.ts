import type { QuarantinedDocument } from '@chowki/shared/collections/quarantine.ts'
import type { Records } from '../../records/records.ts'
import { createSealing } from '../../ops/keys/sealing.ts'
import type { Sealing, SealingKeys } from '../../ops/keys/sealing.ts'

interface QuarantinePlace {
  readonly societyId: string
  /** `_id` in the quarantine. */
  readonly rowId: string
}

/** What a refused row held is as personal as what was stored (P7): it is stored sealed, for its society and row. */
export type QuarantineCipher = Sealing<QuarantinePlace>

/** By the keys of the photos: one file to back up, and other places, so neither opens as the other. */
export const createQuarantineCipher = (keys: SealingKeys): QuarantineCipher =>
  createSealing(keys, ({ societyId, rowId }) => `quarantine:${societyId}:${rowId}`)

/** A refused row as people see it in a list: what and why, not what it held. */
export interface QuarantineSummary {
  readonly societyId: string
  readonly collection: string
  readonly documentId: string
  readonly errorCode: string
  readonly field: string | null
  readonly deviceId: string
  /** Epoch milliseconds. */
  readonly at: number
}

export interface QuarantineDetail extends QuarantineSummary {
  /** As it was sent, with its keys in order; cut where it was very long. Null where its key is gone. */
  readonly json: string | null
}

export interface QuarantineRepository {
  /** Newest first. */
  list(societyId: string, limit: number): Promise<QuarantineSummary[]>
  /** Each refused state of one document, newest first, opened: a look at personal data, to be audited by the caller. */
  read(societyId: string, documentId: string, limit: number): Promise<QuarantineDetail[]>
}

const newestFirst = { field: 'createdAt', direction: -1 } as const

export function createQuarantineRepository(records: Records, cipher: QuarantineCipher): QuarantineRepository {
  /** One that does not open must not hide its neighbours: its null is told to whoever asked. */
  function open({ _id, societyId, keyId, sealed }: QuarantinedDocument): string | null {
    try {
      return cipher.open(Buffer.from(sealed), keyId, { societyId, rowId: _id }).toString()
    } catch {
      // Its key is gone, or it was touched.
      return null
    }
  }

  return {
    async list(societyId, limit) {
      const options = { sort: newestFirst, limit, without: ['sealed'] }
      return (await records.find(societyId, 'quarantine', {}, options)).map(toSummary)
    },
    async read(societyId, documentId, limit) {
      const rows = await records.find(societyId, 'quarantine', { documentId }, { sort: newestFirst, limit })
      return rows.map((row) => ({ ...toSummary(row), json: open(row) }))
    },
  }
}

const toSummary = (row: QuarantinedDocument): QuarantineSummary => ({
  societyId: row.societyId,
  collection: row.collection,
  documentId: row.documentId,
  errorCode: row.error.code,
  field: row.error.field ?? null,
  deviceId: row.source,
  at: row.createdAt,
})
