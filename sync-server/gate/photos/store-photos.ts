/** Each photo of a frame is judged by itself: a bad one is refused and its neighbours are kept. */
import { clampEpochMs } from '@chowki/shared/domain/clock.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { PhotosUploadResponse } from '@chowki/shared/protocol/device-api.ts'
import type { FramedPhoto } from '@chowki/shared/protocol/photo-frame.ts'
import type { Device } from '../devices/device-repository.ts'
import { checkPhoto } from './check-photo.ts'
import type { PhotoCipher } from './photo-cipher.ts'
import type { PhotoRepository } from './photo-repository.ts'

export interface PhotoResult {
  readonly id: string
  readonly status: PhotosUploadResponse['results'][number]['status']
  readonly error?: ChowkiError
}

export interface StorePhotosParts {
  readonly photos: PhotoRepository
  readonly cipher: PhotoCipher
  readonly now: () => number
  /** Keeps the refusal, without the bytes, where people see it. */
  readonly onRefused: (device: Device, photo: FramedPhoto, error: ChowkiError) => Promise<void>
}

export async function storePhotos(
  device: Device,
  arrived: readonly FramedPhoto[],
  parts: StorePhotosParts,
): Promise<PhotoResult[]> {
  const results: PhotoResult[] = []
  // One after another: an id that comes twice in a frame meets its first copy.
  for (const [index, photo] of arrived.entries()) {
    const result = await storePhoto(device, photo, `photos/${index}`, parts)
    if (result.error) await parts.onRefused(device, photo, result.error)
    results.push(result)
  }
  return results
}

async function storePhoto(
  device: Device,
  photo: FramedPhoto,
  field: string,
  { photos, cipher, now }: StorePhotosParts,
): Promise<PhotoResult> {
  const error = checkPhoto(photo, field)
  if (error) return { id: photo.id, status: 'refused', error }
  const place = { societyId: device.societyId, photoId: photo.id }
  const outcome = await photos.insert({
    ...place,
    ...cipher.seal(photo.bytes, place),
    sha256: photo.sha256,
    size: photo.bytes.length,
    takenAt: clampEpochMs(photo.takenAt),
    deviceId: device.deviceId,
    storedAt: now(),
  })
  if (outcome === 'stored') return { id: photo.id, status: 'stored' }
  const held = (await photos.hashes(device.societyId, [photo.id])).get(photo.id)
  if (held === photo.sha256) return { id: photo.id, status: 'unchanged' }
  return { id: photo.id, status: 'refused', error: idTaken(`${field}/id`) }
}

/** The same words whether this society or another has the id. */
const idTaken = (field: string): ChowkiError =>
  chowkiError('photo_hash_mismatch', { field, message: 'This id is taken by a photo with another hash.' })
