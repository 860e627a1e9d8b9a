/**
 * Rows that the server refused, kept as they came until people have looked (P1, P4); on the server only.
 * The row is JSON text, as a bad row may hold keys and characters that no document can; it is sealed (P7).
 */
import Type from 'typebox'
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { binary, epochMs, integer, object, objectId, oneOf, optional, sha256Hex, text } from './fields.ts'

export const quarantineStates = ['Open', 'Corrected', 'Discarded'] as const
export type QuarantineState = (typeof quarantineStates)[number]

export const quarantineCollection = defineCollection({
  name: 'quarantine',
  version: 0,
  /** Of society, collection, document id and hash: the same row sent again is kept once. */
  id: sha256Hex(),
  fields: {
    collection: text(64, { minLength: 1 }),
    /** As sent, so of any form; empty where there was none. */
    documentId: Type.String({ maxLength: 64 }),
    /** Of the row's canonical JSON. */
    hash: sha256Hex(),
    /** Which key it is encrypted with. */
    keyId: text(64, { minLength: 1 }),
    /** AES-256-GCM of the row's JSON in UTF-8, of which at most 256 KB are kept. */
    sealed: binary(),
    error: object({ code: text(64, { minLength: 1 }), field: optional(text(256)), message: text(400) }),
    /** Who sent it, e.g. a device id. */
    source: text(128),
    /** How often it was sent: first at `createdAt`, last at `updatedAt`. */
    times: integer(1, 1_000_000_000),
    state: optional(oneOf(quarantineStates)),
    reviewedBy: optional(objectId()),
    reviewedAt: optional(epochMs()),
  },
  mongoIndexes: [
    { keys: { societyId: 1, createdAt: -1 } },
    { keys: { societyId: 1, documentId: 1, createdAt: -1 } },
    { keys: { societyId: 1, source: 1, createdAt: -1 } },
    { keys: { societyId: 1, keyId: 1 } },
  ],
})
export type QuarantinedDocument = DocumentOf<typeof quarantineCollection>
