/** Photos as this desk holds them: sealed before they are stored, opened only to be shown or sent. */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { photoBytesMax } from '@chowki/shared/protocol/photo-frame.ts'
import { sha256Hex } from '../desk/keys/bytes.ts'
import { seal, unseal } from '../desk/keys/seal.ts'
import type { DeskStore, StoredPhoto } from '../desk/desk-store.ts'

export interface PhotoBox {
  /** Not stored yet: the caller puts it in the same transaction as what belongs to it. */
  sealPhoto(
    photo: Blob,
    row: Pick<StoredPhoto, 'id' | 'takenAt' | 'collection' | 'documentId'>,
  ): Promise<Result<StoredPhoto, ChowkiError>>
  /** Null where this desk does not hold it or cannot open it. */
  openPhoto(photoId: string): Promise<Uint8Array<ArrayBuffer> | null>
}

export function createPhotoBox(desk: DeskStore, key: CryptoKey): PhotoBox {
  return {
    async sealPhoto(photo, row) {
      if (photo.size > photoBytesMax) return err(chowkiError('photo_too_large', { field: 'photo' }))
      const jpeg = new Uint8Array(await photo.arrayBuffer())
      if (!isJpeg(jpeg)) return err(chowkiError('photo_not_jpeg', { field: 'photo' }))
      const [sealed, sha256] = await Promise.all([seal(key, contextOf(row.id), jpeg), sha256Hex(jpeg)])
      return ok({ ...row, sealed, sha256, size: jpeg.length, state: 'waiting' })
    },
    async openPhoto(photoId) {
      const row = await desk.photos.get(photoId)
      if (row === undefined) return null
      // Not opened is not here: the server's copy is asked for.
      return unseal(key, contextOf(photoId), row.sealed).catch(() => null)
    },
  }
}

const contextOf = (photoId: string): string => `photo|${photoId}`

const isJpeg = (bytes: Uint8Array): boolean =>
  bytes.length > 4 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
