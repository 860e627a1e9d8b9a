import { createHash, randomBytes } from 'node:crypto'
import { newId } from './test-society.ts'

export interface TestPhoto {
  readonly id: string
  readonly sha256: string
  readonly takenAt: number
  readonly bytes: Buffer
}

/** Bytes with the marks of a JPEG at both ends and noise between. */
export function jpegOf(size: number): Buffer {
  const bytes = randomBytes(size)
  bytes.set([0xff, 0xd8, 0xff, 0xe0], 0)
  bytes.set([0xff, 0xd9], size - 2)
  return bytes
}

export const photoOf = (bytes: Buffer): TestPhoto => ({
  id: newId(),
  sha256: createHash('sha256').update(bytes).digest('hex'),
  takenAt: Date.UTC(2026, 7, 15, 4, 0),
  bytes,
})

/** Written without the kiosk's own checks, which would refuse the bad photos first. */
export function frameOf(photos: readonly TestPhoto[]): Buffer {
  const header = {
    photos: photos.map(({ id, sha256, takenAt, bytes }) => ({ id, sha256, size: bytes.length, takenAt })),
  }
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(json.length)
  return Buffer.concat([length, json, ...photos.map(({ bytes }) => bytes)])
}
