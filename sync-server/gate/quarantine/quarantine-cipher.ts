/** What a refused row held is as personal as what was stored (P7): it is stored sealed, for its society and row. */
import { createSealing } from '../../ops/keys/sealing.ts'
import type { Sealing, SealingKeys } from '../../ops/keys/sealing.ts'

export interface QuarantinePlace {
  readonly societyId: string
  /** `_id` in the quarantine. */
  readonly rowId: string
}

export type QuarantineCipher = Sealing<QuarantinePlace>

/** By the keys of the photos: one file to back up, and other places, so neither opens as the other. */
export const createQuarantineCipher = (keys: SealingKeys): QuarantineCipher =>
  createSealing(keys, ({ societyId, rowId }) => `quarantine:${societyId}:${rowId}`)
