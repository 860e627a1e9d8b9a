import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createPhotoCipher } from './photo-repository.ts'

const key = randomBytes(32)
const place = { societyId: 'a'.repeat(24), photoId: 'b'.repeat(24) }
const jpeg = randomBytes(1_000)

test('P7: what was sealed opens only at its place, whole, and with its key', () => {
  const cipher = createPhotoCipher([key])
  const { sealed, keyId } = cipher.seal(jpeg, place)
  expect(cipher.open(sealed, keyId, place)).toEqual(jpeg)
  expect(() => cipher.open(sealed, keyId, { ...place, societyId: 'c'.repeat(24) })).toThrow()
  expect(() => cipher.open(sealed, keyId, { ...place, photoId: 'c'.repeat(24) })).toThrow()
  const touched = Buffer.from(sealed)
  touched.writeUInt8(touched.readUInt8(500) ^ 1, 500)
  expect(() => cipher.open(touched, keyId, place)).toThrow()
  expect(() => cipher.open(sealed.subarray(0, -1), keyId, place)).toThrow()
  expect(() => createPhotoCipher([randomBytes(32)]).open(sealed, keyId, place)).toThrow()
})

test('after a new key came first, the old photos open and new ones use the new key', () => {
  const old = createPhotoCipher([key]).seal(jpeg, place)
  const cipher = createPhotoCipher([randomBytes(32), key])
  expect(cipher.open(old.sealed, old.keyId, place)).toEqual(jpeg)
  expect(cipher.seal(jpeg, place).keyId).not.toBe(old.keyId)
})

test('the same photo sealed twice gives different bytes', () => {
  const cipher = createPhotoCipher([key])
  expect(cipher.seal(jpeg, place).sealed).not.toEqual(cipher.seal(jpeg, place).sealed)
})
