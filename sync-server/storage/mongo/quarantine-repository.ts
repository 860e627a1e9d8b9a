import { quarantineCollection } from '@chowki/shared/collections/quarantine.ts'
import type { QuarantinedDocument } from '@chowki/shared/collections/quarantine.ts'
import type { Binary, Db, Document } from 'mongodb'
import type { QuarantineCipher } from '../../gate/quarantine/quarantine-cipher.ts'
import type { QuarantineRepository, QuarantineSummary } from '../../gate/quarantine/quarantine-repository.ts'
import { openTypedRows } from './typed-rows.ts'

export function createQuarantineRepository(database: Db, cipher: QuarantineCipher): QuarantineRepository {
  const quarantine = openTypedRows(database, quarantineCollection)

  /** One that does not open must not hide its neighbours. */
  function open(row: Document): string | null {
    const { _id, societyId, keyId } = quarantine.toWire(row)
    const { buffer } = row['sealed'] as Binary
    try {
      return cipher.open(Buffer.from(buffer), keyId, { societyId, rowId: _id }).toString()
    } catch {
      return null
    }
  }

  return {
    async list(societyId, limit) {
      const rows = await quarantine.rows
        .find(quarantine.fields({ societyId }), { projection: { sealed: 0 } })
        .sort({ createdAt: -1 })
        .limit(limit)
        .toArray()
      return rows.map((row) => toSummary(quarantine.toWire(row)))
    },
    async read(societyId, documentId, limit) {
      const rows = await quarantine.rows
        .find(quarantine.fields({ societyId, documentId }))
        .sort({ createdAt: -1 })
        .limit(limit)
        .toArray()
      return rows.map((row) => ({ ...toSummary(quarantine.toWire(row)), json: open(row) }))
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
