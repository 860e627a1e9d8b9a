/** Photos as this desk holds them: sealed before they are stored, opened only to be shown or sent. */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { photoBytesMax } from '@chowki/shared/protocol/photo-frame.ts'
import { sha256Hex, seal, unseal } from '../desk/keys/sealing.ts'
import type { DeskStore, DeskPhoto, PhotoState } from '../desk/desk-store.ts'
import type { SyncMark } from '../kiosk-data.ts'

export interface SealedPhotos {
  /** Not stored yet: the caller puts it in the same transaction as what belongs to it. */
  sealPhoto(
    photo: Blob,
    row: Pick<DeskPhoto, 'id' | 'takenAt' | 'collection' | 'documentId'>,
  ): Promise<Result<DeskPhoto, ChowkiError>>
  /** Null where this desk does not hold it or cannot open it. */
  openPhoto(photoId: string): Promise<Uint8Array<ArrayBuffer> | null>
}

export function createSealedPhotos(desk: DeskStore, key: CryptoKey): SealedPhotos {
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

/** Which photos are not on the server, in memory, so that a list of visits draws its ticks without asking the disk. */
export interface PhotoStates {
  waitingCount(): number
  markOf(photoId: string): SyncMark
  kept(photoIds: readonly string[]): void
  sent(photoIds: readonly string[]): void
  /** Deleted here with the document that never came to be. */
  dropped(photoIds: readonly string[]): void
  refused(photoId: string): void
}

export async function loadPhotoStates(desk: DeskStore, onChange: () => void): Promise<PhotoStates> {
  const idsOf = async (state: PhotoState): Promise<Set<string>> => {
    const keys = await desk.photos
      .where('[state+takenAt]')
      .between([state, -Infinity], [state, Infinity])
      .primaryKeys()
    return new Set(keys)
  }
  const [waiting, refused] = await Promise.all([idsOf('waiting'), idsOf('refused')])
  const waitNoLonger = (photoIds: readonly string[]): void => {
    for (const id of photoIds) waiting.delete(id)
    onChange()
  }
  return {
    waitingCount: () => waiting.size,
    markOf: (photoId) => (refused.has(photoId) ? 'refused' : waiting.has(photoId) ? 'saved' : 'synced'),
    kept(photoIds) {
      for (const id of photoIds) waiting.add(id)
      onChange()
    },
    sent: waitNoLonger,
    dropped: waitNoLonger,
    refused(photoId) {
      waiting.delete(photoId)
      refused.add(photoId)
      onChange()
    },
  }
}

/** Object URLs of photos for the screens: from this desk, else from the server; the least recently asked are given back. */
export interface PhotoUrls {
  url(photoId: string): Promise<string | null>
  close(): void
}

export interface PhotoUrlParts {
  readonly sealedPhotos: Pick<SealedPhotos, 'openPhoto'>
  readonly request: (path: string) => Promise<Response>
  /** Photos shown at once on the fullest screen, with room: a URL that is given back while shown goes blank. */
  readonly limit?: number
}

export function createPhotoUrls({ sealedPhotos, request, limit = 200 }: PhotoUrlParts): PhotoUrls {
  const urls = new Map<string, Promise<string | null>>()

  const load = async (photoId: string): Promise<string | null> => {
    const local = await sealedPhotos.openPhoto(photoId)
    if (local !== null) return URL.createObjectURL(new Blob([local], { type: 'image/jpeg' }))
    try {
      const response = await request(`/api/photos/${photoId}`)
      return response.ok ? URL.createObjectURL(await response.blob()) : null
    } catch {
      // Neither here nor to be had now: shown as such, and asked for again when the server is back.
      return null
    }
  }
  const forget = (photoId: string): void => {
    const loading = urls.get(photoId)
    urls.delete(photoId)
    void loading?.then((url) => {
      if (url !== null) URL.revokeObjectURL(url)
    })
  }
  return {
    async url(photoId) {
      const known = urls.get(photoId)
      const loading = known ?? load(photoId)
      urls.delete(photoId)
      urls.set(photoId, loading)
      const [oldest] = urls.keys()
      if (urls.size > limit && oldest !== undefined) forget(oldest)
      const url = await loading
      // Not found now (offline, or not uploaded yet) may be found at the next look.
      if (url === null && urls.get(photoId) === loading) urls.delete(photoId)
      return url
    },
    close: () => [...urls.keys()].forEach(forget),
  }
}
