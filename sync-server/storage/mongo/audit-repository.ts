import { ObjectId } from 'mongodb'
import type { Db } from 'mongodb'
import type { AuditRepository } from '../../records/audit-repository.ts'

export function createAuditRepository(database: Db): AuditRepository {
  const auditLogs = database.collection('auditLogs')
  return {
    async append({ societyId, actor, action, subject, requestId, at }) {
      await auditLogs.insertOne({
        societyId: new ObjectId(societyId),
        actorKind: actor.kind,
        actorId: actor.id,
        action,
        subjectCollection: subject.collection,
        subjectId: subject.id,
        outcome: 'allowed',
        ...(requestId === undefined ? {} : { requestId }),
        createdAt: new Date(at),
        updatedAt: new Date(at),
      })
    },
  }
}
