/**
 * The body of `POST /api/photos`: u32 big-endian header length, JSON header (ASCII), then the JPEG bytes in
 * the header's order and nothing more. Bounded, so that a reader knows the worst before it reads.
 */
import Type from 'typebox'
import type { Static } from 'typebox'
import { hexId, object, sha256Hex } from '../collections/fields.ts'
import { chowkiError } from '../errors/codes.ts'
import type { ChowkiError } from '../errors/codes.ts'
import { err, ok } from '../errors/result.ts'
import type { Result } from '../errors/result.ts'
import { checkAgainst } from '../projections/validate.ts'

/** Bytes of one JPEG. */
export const photoBytesMax = 81_920
export const photosPerFrameMax = 12
/** Bytes of a whole frame. */
export const photoFrameBytesMax = 1_000_000

const lengthBytes = 4
const headerBytesMax = 4096

/** Loose about size and time: a photo that is too large or from a broken clock is judged by itself, not its frame. */
const photoHeaderSchema = object({
  id: hexId(),
  sha256: sha256Hex(),
  /** Bytes of the JPEG. */
  size: Type.Integer({ minimum: 0, maximum: photoFrameBytesMax }),
  takenAt: Type.Number(),
})
export const photoFrameHeaderSchema = object({
  photos: Type.Array(photoHeaderSchema, { minItems: 1, maxItems: photosPerFrameMax }),
})
export type PhotoFrameHeader = Static<typeof photoFrameHeaderSchema>

export interface FramedPhoto {
  readonly id: string
  /** Hex SHA-256 that the sender claims for `bytes`; the reader checks it. */
  readonly sha256: string
  /** Epoch milliseconds. */
  readonly takenAt: number
  readonly bytes: Uint8Array
}

const refuse = (field: string, message: string): Result<never, ChowkiError> =>
  err(chowkiError('invalid_request', { field, message }))

export function encodePhotoFrame(
  photos: readonly FramedPhoto[],
): Result<Uint8Array<ArrayBuffer>, ChowkiError> {
  const header: PhotoFrameHeader = {
    photos: photos.map(({ id, sha256, takenAt, bytes }) => ({ id, sha256, size: bytes.length, takenAt })),
  }
  const checked = checkHeader(header)
  if (!checked.ok) return checked
  const json = JSON.stringify(header)
  const frameBytes = lengthBytes + json.length + photos.reduce((sum, photo) => sum + photo.bytes.length, 0)
  if (frameBytes > photoFrameBytesMax) return err(chowkiError('payload_too_large', { field: 'frame' }))

  const frame = new Uint8Array(frameBytes)
  new DataView(frame.buffer).setUint32(0, json.length)
  for (let i = 0; i < json.length; i++) frame[lengthBytes + i] = json.charCodeAt(i)
  let offset = lengthBytes + json.length
  for (const photo of photos) {
    frame.set(photo.bytes, offset)
    offset += photo.bytes.length
  }
  return ok(frame)
}

/** The photos' bytes are views of `frame`, not copies. */
export function decodePhotoFrame(frame: Uint8Array): Result<FramedPhoto[], ChowkiError> {
  if (frame.length > photoFrameBytesMax) return err(chowkiError('payload_too_large', { field: 'frame' }))
  const read = readHeader(frame)
  if (!read.ok) return read
  const { header, bodyStart } = read.value
  const announced = header.photos.reduce((sum, photo) => sum + photo.size, bodyStart)
  if (announced !== frame.length) return refuse('frame', 'The frame is not as long as its header says.')

  let offset = bodyStart
  const photos = header.photos.map(({ size, ...rest }) => {
    const bytes = frame.subarray(offset, offset + size)
    offset += size
    return { ...rest, bytes }
  })
  return ok(photos)
}

function readHeader(frame: Uint8Array): Result<{ header: PhotoFrameHeader; bodyStart: number }, ChowkiError> {
  if (frame.length < lengthBytes) return refuse('frame', 'The frame ends before its header.')
  const headerLength = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0)
  if (headerLength > headerBytesMax) return refuse('header', 'The header is too long.')
  const bodyStart = lengthBytes + headerLength
  if (frame.length < bodyStart) return refuse('frame', 'The frame ends before its header does.')
  const parsed = parseAsciiJson(frame.subarray(lengthBytes, bodyStart))
  if (!parsed.ok) return parsed
  const checked = checkHeader(parsed.value)
  return checked.ok ? ok({ header: checked.value, bodyStart }) : checked
}

function parseAsciiJson(bytes: Uint8Array): Result<unknown, ChowkiError> {
  let json = ''
  for (const byte of bytes) {
    if (byte > 0x7f) return refuse('header', 'The header is not ASCII.')
    json += String.fromCharCode(byte)
  }
  try {
    return ok(JSON.parse(json))
  } catch {
    // The parser's own words may repeat what was sent.
    return refuse('header', 'The header is not JSON.')
  }
}

function checkHeader(value: unknown): Result<PhotoFrameHeader, ChowkiError> {
  const checked = checkAgainst(photoFrameHeaderSchema, value)
  if (!checked.ok) {
    return err(
      chowkiError('invalid_request', {
        field: `header/${checked.error.field}`,
        message: checked.error.message,
      }),
    )
  }
  const header = value as PhotoFrameHeader
  const ids = new Set(header.photos.map((photo) => photo.id))
  return ids.size === header.photos.length ? ok(header) : refuse('header/photos', 'A photo is named twice.')
}
