import { createHash } from 'node:crypto'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { photoBytesMax } from '@chowki/shared/protocol/photo-frame.ts'
import type { FramedPhoto } from '@chowki/shared/protocol/photo-frame.ts'

/** What is wrong with the bytes themselves; null when they are what their header says. */
export function checkPhoto(photo: FramedPhoto, field: string): ChowkiError | null {
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
