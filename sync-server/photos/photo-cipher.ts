/** Photos rest sealed, each for its society and id. */
import { createSealing } from '../keys/sealing.ts'
import type { Sealed, SealingKeys } from '../keys/sealing.ts'

export interface PhotoPlace {
  readonly societyId: string
  readonly photoId: string
}

export interface PhotoCipher {
  readonly seal: (jpeg: Uint8Array, place: PhotoPlace) => Sealed
  /** Throws when the key is gone or the bytes were touched. */
  readonly open: (sealed: Buffer, keyId: string, place: PhotoPlace) => Buffer
}

export function createPhotoCipher(keys: SealingKeys): PhotoCipher {
  const { seal, open } = createSealing(keys)
  return {
    seal: (jpeg, place) => seal(jpeg, placeName(place)),
    open: (sealed, keyId, place) => open(sealed, keyId, placeName(place)),
  }
}

const placeName = ({ societyId, photoId }: PhotoPlace): string => `photo:${societyId}:${photoId}`
