import { quarantineCollection } from '@chowki/shared/collections/quarantine.ts'
import type { Db } from 'mongodb'
import type { QuarantineRepository } from '../../quarantine/quarantine-repository.ts'
import { openTypedRows } from './typed-rows.ts'

export function createQuarantineRepository(database: Db): QuarantineRepository {
  const quarantine = openTypedRows(database, quarantineCollection)
  return {
    async list(societyId, limit) {
      const rows = await quarantine.rows
        .find(quarantine.fields({ societyId }), { projection: { document: 0 } })
        .sort({ createdAt: -1 })
        .limit(limit)
        .toArray()
      return rows.map(quarantine.toWire).map((row) => ({
        societyId: row.societyId,
        collection: row.collection,
        documentId: row.documentId,
        errorCode: row.error.code,
        field: row.error.field ?? null,
        deviceId: row.source,
        at: row.createdAt,
      }))
    },
  }
}
