import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodePhotoFrame,
  encodePhotoFrame,
  photoBytesMax,
  photoFrameBytesMax,
  photosPerFrameMax,
} from './photo-frame.ts'
import type { FramedPhoto } from './photo-frame.ts'

const hexOf = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })

const photo: fc.Arbitrary<FramedPhoto> = fc.record(
  {
    id: hexOf(24),
    sha256: hexOf(64),
    takenAt: fc.integer({ min: 946_684_800_000, max: 4_102_444_800_000 }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 400 }),
  },
  { noNullPrototype: true },
)
const photos = fc.uniqueArray(photo, { minLength: 1, maxLength: photosPerFrameMax, selector: ({ id }) => id })

const anyPhoto = (change: Partial<FramedPhoto> = {}): FramedPhoto => ({
  id: '64f00000000000000000000a',
  sha256: 'ab'.repeat(32),
  takenAt: 1_795_000_000_000,
  bytes: new Uint8Array([0xff, 0xd8, 0xff]),
  ...change,
})

function encoded(list: readonly FramedPhoto[]): Uint8Array<ArrayBuffer> {
  const frame = encodePhotoFrame(list)
  if (!frame.ok) throw new Error(frame.error.message)
  return frame.value
}

function frameOf(header: string, body: readonly number[] = []): Uint8Array {
  const bytes = Array.from(header, (character) => character.charCodeAt(0))
  const frame = new Uint8Array(4 + bytes.length + body.length)
  new DataView(frame.buffer).setUint32(0, bytes.length)
  frame.set(bytes, 4)
  frame.set(body, 4 + bytes.length)
  return frame
}

describe('a frame of photos', () => {
  test('property: P1: what is framed is read back byte by byte, in order', () => {
    fc.assert(
      fc.property(photos, (list) => {
        expect(decodePhotoFrame(encoded(list))).toEqual({ ok: true, value: list })
      }),
    )
  })

  test('property: a frame inside a larger buffer is read from its own bytes', () => {
    fc.assert(
      fc.property(photos, fc.nat({ max: 64 }), (list, offset) => {
        const frame = encoded(list)
        const larger = new Uint8Array(frame.length + offset + 7).fill(0xee)
        larger.set(frame, offset)
        expect(decodePhotoFrame(larger.subarray(offset, offset + frame.length))).toEqual({
          ok: true,
          value: list,
        })
      }),
    )
  })

  test('property: bad input: a frame cut short, or with bytes left over, is refused and never thrown on', () => {
    fc.assert(
      fc.property(photos, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (list, part) => {
        const frame = encoded(list)
        expect(decodePhotoFrame(frame.subarray(0, Math.floor(frame.length * part))).ok).toBe(false)
        expect(decodePhotoFrame(new Uint8Array([...frame, 0])).ok).toBe(false)
      }),
    )
  })

  test('property: bad input: any bytes are refused or read, never thrown on', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(typeof decodePhotoFrame(bytes).ok).toBe('boolean')
      }),
    )
  })
})

describe('bad input: the header', () => {
  test.each<[string, Uint8Array, string]>([
    ['is missing', new Uint8Array(3), 'frame'],
    ['claims four gigabytes', new Uint8Array([0xff, 0xff, 0xff, 0xff, 0]), 'header'],
    ['is no JSON', frameOf('{'), 'header'],
    ['is not ASCII', frameOf('{"photos":"é"}'), 'header'],
    ['is null', frameOf('null'), 'header/'],
    ['names no photo', frameOf('{"photos":[]}'), 'header/photos'],
    ['has an unknown field', frameOf('{"photos":[],"x":1}'), 'header/x'],
    ['has a prototype key', frameOf('{"photos":[],"__proto__":{}}'), 'header/__proto__'],
  ])('%s', (_what, frame, field) => {
    expect(decodePhotoFrame(frame)).toMatchObject({ ok: false, error: { code: 'invalid_request', field } })
  })

  test('names thirteen photos, or one twice', () => {
    const thirteen = Array.from({ length: photosPerFrameMax + 1 }, (_, i) =>
      anyPhoto({ id: `${i + 10}`.repeat(12) }),
    )
    expect(encodePhotoFrame(thirteen)).toMatchObject({ ok: false, error: { field: 'header/photos' } })
    expect(encodePhotoFrame([anyPhoto(), anyPhoto()])).toMatchObject({
      ok: false,
      error: { field: 'header/photos' },
    })
  })

  test('has a size below zero', () => {
    const header = { photos: [{ id: 'a'.repeat(24), sha256: 'b'.repeat(64), size: -1, takenAt: 1 }] }
    expect(decodePhotoFrame(frameOf(JSON.stringify(header)))).toMatchObject({
      error: { field: 'header/photos/0/size' },
    })
  })

  test('promises more or less than there is', () => {
    for (const size of [2, 4]) {
      const header = {
        photos: [{ id: 'a'.repeat(24), sha256: 'b'.repeat(64), size, takenAt: 1_795_000_000_000 }],
      }
      expect(decodePhotoFrame(frameOf(JSON.stringify(header), [1, 2, 3]))).toMatchObject({
        error: { field: 'frame' },
      })
    }
  })
})

test('a frame of more than a megabyte is refused unread; twelve full photos fit', () => {
  expect(decodePhotoFrame(new Uint8Array(photoFrameBytesMax + 1))).toMatchObject({
    error: { code: 'payload_too_large' },
  })
  const full = Array.from({ length: photosPerFrameMax }, (_, i) =>
    anyPhoto({ id: `${i + 10}`.repeat(12), bytes: new Uint8Array(photoBytesMax) }),
  )
  expect(encodePhotoFrame(full).ok).toBe(true)
})
