/** What a refused row held is as personal as what was stored (P7): it rests sealed, for its society and row. */
import { createSealing } from '../keys/sealing.ts'
import type { Sealed, SealingKeys } from '../keys/sealing.ts'

export interface QuarantinePlace {
  readonly societyId: string
  /** `_id` in the quarantine. */
  readonly rowId: string
}

export interface QuarantineCipher {
  readonly seal: (json: Uint8Array, place: QuarantinePlace) => Sealed
  /** Throws when the key is gone or the bytes were touched. */
  readonly open: (sealed: Buffer, keyId: string, place: QuarantinePlace) => Buffer
}

/** By the keys of the photos: one file to back up, and other places, so neither opens as the other. */
export function createQuarantineCipher(keys: SealingKeys): QuarantineCipher {
  const { seal, open } = createSealing(keys)
  return {
    seal: (json, place) => seal(json, placeName(place)),
    open: (sealed, keyId, place) => open(sealed, keyId, placeName(place)),
  }
}

const placeName = ({ societyId, rowId }: QuarantinePlace): string => `quarantine:${societyId}:${rowId}`
