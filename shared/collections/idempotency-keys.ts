/**
 * What was answered to a request that creates records, so that the same request sent again is answered so again; on the
 * server only. Written in the transaction of the records. `_id` is a hash of the society, the caller and the key.
 */
import Type from 'typebox'
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, sha256Hex } from './fields.ts'

/** How long a request may be sent again. */
export const idempotencyKeptMs = 24 * 60 * 60 * 1000

export const idempotencyKeysCollection = defineCollection({
  name: 'idempotencyKeys',
  version: 0,
  id: sha256Hex(),
  fields: {
    /** Of the request: its route and its body. */
    requestHash: sha256Hex(),
    /** JSON in base64: ids, times and refusals, and nothing that was sent. The rest of the answer is made of the request. */
    outcome: Type.String({ maxLength: 2_000_000 }),
    expiresAt: epochMs(),
  },
  mongoIndexes: [{ keys: { expiresAt: 1 }, expireAfterSeconds: 0 }],
})
export type IdempotencyKey = DocumentOf<typeof idempotencyKeysCollection>
