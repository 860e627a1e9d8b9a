/** Who did what to which record; `createdAt` says when. Holds ids, never the personal data itself (P7). */
import Type from 'typebox'
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { objectId, oneOf, optional, personalText, text } from './fields.ts'

export const auditActorKinds = ['device', 'admin', 'user', 'resident', 'system', 'anonymous'] as const
export type AuditActorKind = (typeof auditActorKinds)[number]

export const auditOutcomes = ['allowed', 'refused'] as const
export type AuditOutcome = (typeof auditOutcomes)[number]

export const auditLogsCollection = defineCollection({
  name: 'auditLogs',
  version: 0,
  fields: {
    actorKind: oneOf(auditActorKinds),
    actorId: text(64),
    /** What was done to what, e.g. `photo.viewed`. */
    action: Type.String({ pattern: '^[A-Za-z]+\\.[A-Za-z]+$', maxLength: 64 }),
    subjectCollection: text(64),
    subjectId: text(64),
    outcome: optional(oneOf(auditOutcomes)),
    userId: optional(objectId()),
    /** Network address. */
    address: optional(personalText(64)),
    requestId: optional(text(64)),
  },
  mongoIndexes: [
    { keys: { societyId: 1, createdAt: -1 } },
    { keys: { societyId: 1, subjectCollection: 1, subjectId: 1, createdAt: -1 } },
    { keys: { societyId: 1, actorId: 1, createdAt: -1 } },
  ],
})
export type AuditLog = DocumentOf<typeof auditLogsCollection>
