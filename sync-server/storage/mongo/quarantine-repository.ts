import type { Db } from 'mongodb'
import type { QuarantineRepository } from '../../quarantine/quarantine-repository.ts'
import { quarantineName } from './quarantine-rows.ts'
import type { StoredQuarantineRow } from './quarantine-rows.ts'

export function createQuarantineRepository(database: Db): QuarantineRepository {
  const quarantine = database.collection<StoredQuarantineRow>(quarantineName)
  return {
    async list(societyId, limit) {
      const filter = societyId === null ? {} : { partition: societyId }
      const rows = await quarantine
        .find(filter, { projection: { document: 0 } })
        .sort({ at: -1 })
        .limit(limit)
        .toArray()
      return rows.map((row) => ({
        societyId: row.partition,
        collection: row.collection,
        documentId: row.documentId,
        errorCode: row.error.code,
        field: row.error.field ?? null,
        deviceId: row.source,
        at: row.at.getTime(),
      }))
    },
  }
}
