/** Each photo of a frame is judged by itself: a bad one is refused and its neighbours are kept. */
import { createHash } from 'node:crypto'
import { clampEpochMs } from '@chowki/shared/domain/clock.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { PhotosUploadResponse } from '@chowki/shared/protocol/device-api.ts'
import { photoBytesMax } from '@chowki/shared/protocol/photo-frame.ts'
import type { FramedPhoto } from '@chowki/shared/protocol/photo-frame.ts'
import type { Records } from '../../records/records.ts'
import type { Device } from '../devices/device-repository.ts'
import type { PhotoCipher, PhotoRepository, SealedPhoto } from './photo-repository.ts'

export interface PhotoResult {
  readonly id: string
  readonly status: PhotosUploadResponse['results'][number]['status']
  readonly error?: ChowkiError
}

export interface StorePhotosParts {
  readonly photos: PhotoRepository
  readonly cipher: PhotoCipher
  readonly now: () => number
  readonly records: Pick<Records, 'quarantine'>
}

/** All that are sound and new go in together. */
export async function storePhotos(
  device: Device,
  arrived: readonly FramedPhoto[],
  parts: StorePhotosParts,
): Promise<PhotoResult[]> {
  const { societyId, deviceId } = device
  const errors = arrived.map((photo, index) => checkPhoto(photo, `photos/${index}`))
  // An id that comes twice in a frame meets its first copy.
  const sound = new Map<string, FramedPhoto>()
  for (const [index, photo] of arrived.entries()) {
    if (!errors[index] && !sound.has(photo.id)) sound.set(photo.id, photo)
  }
  const sealed = [...sound.values()].map((photo) => seal(device, photo, parts))
  const stored = await parts.photos.insert({ kind: 'device', id: deviceId }, societyId, sealed)
  const held = await parts.photos.hashes(societyId, [...sound.keys()])
  const results = arrived.map((photo, index): PhotoResult => {
    const { id } = photo
    const error = errors[index]
    if (error) return { id, status: 'refused', error }
    if (stored.has(id) && sound.get(id) === photo) return { id, status: 'stored' }
    if (held.get(id) === photo.sha256) return { id, status: 'unchanged' }
    return { id, status: 'refused', error: idTaken(`photos/${index}/id`) }
  })
  for (const [index, { error }] of results.entries()) {
    const photo = arrived[index]
    if (photo && error) await quarantine(device, photo, error, parts)
  }
  return results
}

/** What is wrong with the bytes themselves; null when they are what their header says. */
function checkPhoto(photo: FramedPhoto, field: string): ChowkiError | null {
  if (photo.bytes.length > photoBytesMax) return chowkiError('photo_too_large', { field: `${field}/size` })
  if (!isJpeg(photo.bytes)) return chowkiError('photo_not_jpeg', { field })
  const hash = createHash('sha256').update(photo.bytes).digest('hex')
  return hash === photo.sha256 ? null : chowkiError('photo_hash_mismatch', { field: `${field}/sha256` })
}

/** Begins with start-of-image and a marker, ends with end-of-image: a cut-off upload fails the latter. */
const isJpeg = (bytes: Uint8Array): boolean =>
  bytes.length > 4 &&
  bytes[0] === 0xff &&
  bytes[1] === 0xd8 &&
  bytes[2] === 0xff &&
  bytes.at(-2) === 0xff &&
  bytes.at(-1) === 0xd9

function seal({ societyId, deviceId }: Device, photo: FramedPhoto, parts: StorePhotosParts): SealedPhoto {
  const place = { societyId, photoId: photo.id }
  return {
    ...place,
    ...parts.cipher.seal(photo.bytes, place),
    sha256: photo.sha256,
    size: photo.bytes.length,
    takenAt: clampEpochMs(photo.takenAt),
    deviceId,
    storedAt: parts.now(),
  }
}

/** The same words whether this society or another has the id. */
const idTaken = (field: string): ChowkiError =>
  chowkiError('photo_hash_mismatch', { field, message: 'This id is taken by a photo with another hash.' })

/** A refused photo is listed for people like a refused record. The bytes stay on the kiosk, which is told why. */
async function quarantine(
  { societyId, deviceId }: Device,
  photo: FramedPhoto,
  { code, message, field }: ChowkiError,
  { records, now }: StorePhotosParts,
): Promise<void> {
  const document = { _id: photo.id, sha256: photo.sha256, size: photo.bytes.length, takenAt: photo.takenAt }
  await records.quarantine({
    partition: societyId,
    collection: 'photos',
    documentId: photo.id,
    hash: createHash('sha256').update(JSON.stringify(document)).digest('hex'),
    document,
    error: { code, message, ...(field === undefined ? {} : { field }) },
    source: deviceId,
    at: now(),
  })
}
