import type { StoredPhoto } from '@chowki/shared/collections/photos.ts'
import type { Caller } from '../../records/caller.ts'
import { RecordIdTaken } from '../../records/record-errors.ts'
import type { Records } from '../../records/records.ts'
import { createSealing } from '../../ops/keys/sealing.ts'
import type { Sealing, SealingKeys } from '../../ops/keys/sealing.ts'

interface PhotoPlace {
  readonly societyId: string
  readonly photoId: string
}

/** Photos are stored sealed, each for its society and id. */
export type PhotoCipher = Sealing<PhotoPlace>

export const createPhotoCipher = (keys: SealingKeys): PhotoCipher =>
  createSealing(keys, ({ societyId, photoId }) => `photo:${societyId}:${photoId}`)

export interface SealedPhoto {
  readonly photoId: string
  readonly societyId: string
  /** Hex, of the JPEG before it was sealed. */
  readonly sha256: string
  /** Bytes of the JPEG. */
  readonly size: number
  /** Epoch milliseconds by the kiosk's clock. */
  readonly takenAt: number
  readonly deviceId: string
  readonly keyId: string
  readonly sealed: Buffer
  /** Epoch milliseconds by the server's clock. */
  readonly storedAt: number
}

export interface PhotoRepository {
  /** Ids of those that are new: the others exist, in whichever society. */
  insert(caller: Caller, societyId: string, photos: readonly SealedPhoto[]): Promise<ReadonlySet<string>>
  /** Only of this society. */
  find(societyId: string, photoId: string): Promise<SealedPhoto | null>
  /** Hash by id, of those that this society has. */
  hashes(societyId: string, photoIds: readonly string[]): Promise<Map<string, string>>
}

export function createPhotoRepository(records: Records): PhotoRepository {
  const hashes: PhotoRepository['hashes'] = async (societyId, photoIds) => {
    const rows = await records.find(societyId, 'photos', { _id: photoIds }, { without: ['sealed'] })
    return new Map(rows.map(({ _id, sha256 }) => [_id, sha256]))
  }
  return {
    hashes,
    async insert(caller, societyId, photos) {
      const fresh = new Map(photos.map((photo) => [photo.photoId, photo]))
      for (const id of (await hashes(societyId, [...fresh.keys()])).keys()) fresh.delete(id)
      while (fresh.size > 0) {
        try {
          await records.insert(caller, societyId, 'photos', ...[...fresh.values()].map(toRow))
          break
        } catch (error) {
          // Of another society, or a moment ago of this one: the rest does not wait for it.
          const taken = error instanceof RecordIdTaken ? error.ids.filter((id) => fresh.delete(id)) : []
          if (taken.length === 0) throw error
        }
      }
      return new Set(fresh.keys())
    },
    async find(societyId, photoId) {
      const [row] = await records.find(societyId, 'photos', { _id: photoId })
      return row ? toPhoto(row) : null
    },
  }
}

const toRow = ({ photoId, storedAt, ...photo }: SealedPhoto) => ({
  ...photo,
  _id: photoId,
  createdAt: storedAt,
  updatedAt: storedAt,
})

const toPhoto = (row: StoredPhoto): SealedPhoto => ({
  photoId: row._id,
  societyId: row.societyId,
  sha256: row.sha256,
  size: row.size,
  takenAt: row.takenAt,
  deviceId: row.deviceId,
  keyId: row.keyId,
  sealed: Buffer.from(row.sealed),
  storedAt: row.createdAt,
})
