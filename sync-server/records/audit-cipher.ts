/** What a changed record held is as personal as the record (P7): in the audit it rests sealed, for its record. */
import { createSealing } from '../ops/keys/sealing.ts'
import type { SealingKeys } from '../ops/keys/sealing.ts'

export interface AuditPlace {
  readonly societyId: string
  readonly collection: string
  readonly recordId: string
}

export interface SealedText {
  readonly keyId: string
  /** Base64. */
  readonly sealed: string
}

export interface AuditCipher {
  seal(text: string, place: AuditPlace): SealedText
  /** Throws when the key is gone or the text was touched. */
  open(text: SealedText, place: AuditPlace): string
}

/** By the keys of the photos, as the quarantine's. */
export function createAuditCipher(keys: SealingKeys): AuditCipher {
  const sealing = createSealing<AuditPlace>(
    keys,
    ({ societyId, collection, recordId }) => `audit:${societyId}:${collection}:${recordId}`,
  )
  return {
    seal(text, place) {
      const { keyId, sealed } = sealing.seal(Buffer.from(text), place)
      return { keyId, sealed: sealed.toString('base64') }
    },
    open: ({ keyId, sealed }, place) => sealing.open(Buffer.from(sealed, 'base64'), keyId, place).toString(),
  }
}
