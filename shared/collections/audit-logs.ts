/**
 * Who did what to which records; `createdAt` says when. A society's entries are one chain: each is hashed with its place
 * and with the hash before it. Of personal data only the sealed values before and after a change are here (P7).
 */
import Type from 'typebox'
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { integer, listOf, objectId, oneOf, optional, personalText, sha256Hex, text } from './fields.ts'

export const auditActorKinds = ['device', 'admin', 'user', 'resident', 'system', 'anonymous'] as const
export type AuditActorKind = (typeof auditActorKinds)[number]

export const auditOutcomes = ['allowed', 'refused'] as const
export type AuditOutcome = (typeof auditOutcomes)[number]

/** Of one entry: as many rows of one push are named together. */
export const auditRecordsMax = 1_000

export const auditLogsCollection = defineCollection({
  name: 'auditLogs',
  version: 0,
  fields: {
    position: integer(1, 9_007_199_254_740_991),
    previousHash: sha256Hex(),
    hash: sha256Hex(),
    actorKind: oneOf(auditActorKinds),
    actorId: text(64),
    /** What was done to what, e.g. `visitorEntries.inserted`, `photo.viewed`. */
    action: Type.String({ pattern: '^[A-Za-z]+\\.[A-Za-z]+$', maxLength: 64 }),
    subjectCollection: text(64),
    /** Where the entry is about one record. */
    subjectId: optional(text(64)),
    /**
     * What was written: a line `<id> <SHA-256 of the record in base64url>` for each record; what was seen: a line `<id>`.
     * One text, as a list of a thousand costs MongoDB's validator more than the write. Secret, as who has the hash of a
     * record can try what it says.
     */
    records: optional(Type.String({ maxLength: auditRecordsMax * 110, secret: true } as const)),
    /** Names of the fields that changed. */
    fields: optional(listOf(text(64), 100, 1)),
    /** JSON: `{ field: [before, after] }`, null for none; without what is sealed. */
    changes: optional(Type.String({ maxLength: 1_000_000 })),
    /** The same of personal and secret fields: AES-256-GCM in base64. */
    sealed: optional(Type.String({ maxLength: 2_000_000, secret: true } as const)),
    /** Which key it is sealed with. */
    keyId: optional(text(64, { secret: true })),
    outcome: optional(oneOf(auditOutcomes)),
    userId: optional(objectId()),
    /** Network address. */
    address: optional(personalText(64)),
    requestId: optional(text(64)),
  },
  mongoIndexes: [
    // Entries from before there was a chain have no position.
    { keys: { societyId: 1, position: 1 }, unique: true, onlyWith: 'position' },
    { keys: { societyId: 1, createdAt: -1 } },
    { keys: { societyId: 1, subjectCollection: 1, subjectId: 1, createdAt: -1 } },
    { keys: { societyId: 1, actorId: 1, createdAt: -1 } },
  ],
})
export type AuditLog = DocumentOf<typeof auditLogsCollection>
