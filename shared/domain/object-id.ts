/** MongoDB's ids, made by whoever creates the record: 4 bytes of seconds, 8 random bytes, as 24 hex digits. */
export const objectIdRandomBytes = 8

const objectIdPattern = /^[0-9a-f]{24}$/

export function createObjectId(epochMs: number, randomBytes: Uint8Array): string {
  if (randomBytes.length !== objectIdRandomBytes) throw new Error('An object id needs 8 random bytes.')
  const seconds = Math.floor(epochMs / 1000) >>> 0
  return seconds.toString(16).padStart(8, '0') + toHex(randomBytes)
}

export const isObjectId = (value: unknown): value is string =>
  typeof value === 'string' && objectIdPattern.test(value)

const toHex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
