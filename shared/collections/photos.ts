/**
 * A photo's particulars and its ciphertext; on the server only. `_id` is the id that documents name,
 * `createdAt` when the server stored it.
 */
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { binary, epochMs, hexId, integer, sha256Hex, text } from './fields.ts'

export const photosCollection = defineCollection({
  name: 'photos',
  version: 0,
  fields: {
    /** Of the JPEG, not of the ciphertext. */
    sha256: sha256Hex(),
    size: integer(1, 81_920),
    takenAt: epochMs(),
    deviceId: hexId(),
    /** Which key it is encrypted with. */
    keyId: text(64, { minLength: 1, secret: true }),
    /** AES-256-GCM: 12 bytes of nonce, the ciphertext, 16 bytes of tag. */
    sealed: binary(),
  },
  mongoIndexes: [
    { keys: { societyId: 1, takenAt: -1 } },
    { keys: { societyId: 1, sha256: 1 } },
    { keys: { societyId: 1, keyId: 1 } },
  ],
})
export type StoredPhoto = DocumentOf<typeof photosCollection>
