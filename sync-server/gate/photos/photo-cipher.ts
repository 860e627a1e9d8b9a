/** Photos are stored sealed, each for its society and id. */
import { createSealing } from '../../ops/keys/sealing.ts'
import type { Sealing, SealingKeys } from '../../ops/keys/sealing.ts'

export interface PhotoPlace {
  readonly societyId: string
  readonly photoId: string
}

export type PhotoCipher = Sealing<PhotoPlace>

export const createPhotoCipher = (keys: SealingKeys): PhotoCipher =>
  createSealing(keys, ({ societyId, photoId }) => `photo:${societyId}:${photoId}`)
