import { describe, expect, it } from 'vitest'
import { base64ToBytes, bytesToBase64, bytesToBase64Url } from './sealing.ts'

const some = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, n) => (n * 167 + (n >> 8)) % 256)

describe('bytes as text', () => {
  it.each([0, 1, 2, 3, 900, 0x8000, 0x8001, 200_000])('there and back: %i bytes', (length) => {
    const bytes = some(length)
    const text = bytesToBase64(bytes)
    expect(text).toBe(Buffer.from(bytes).toString('base64'))
    expect(Buffer.from(base64ToBytes(text)).equals(Buffer.from(bytes))).toBe(true)
    expect(bytesToBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
  })

  it('refuses what is no base64', () => {
    expect(() => base64ToBytes('*')).toThrow()
  })
})
