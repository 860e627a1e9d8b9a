/**
 * How the server encrypts what it keeps of people: AES-256-GCM. The place where sealed bytes belong is authenticated
 * with them, so that those moved to another row, another society or another use of the key do not open. Layout: 12 bytes
 * of nonce, the ciphertext, 16 bytes of tag.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

export type SealingKeys = readonly [Buffer, ...Buffer[]]

export interface Sealed {
  readonly keyId: string
  readonly sealed: Buffer
}

export interface Sealing<Place> {
  readonly seal: (bytes: Uint8Array, place: Place) => Sealed
  /** Throws when the key is gone or the bytes were touched. */
  readonly open: (sealed: Buffer, keyId: string, place: Place) => Buffer
}

/**
 * The first key seals, all open: an old key stays listed until what it sealed is gone. `nameOf`: of a place, and of no
 * place of another use of the keys.
 */
export function createSealing<Place>(keys: SealingKeys, nameOf: (place: Place) => string): Sealing<Place> {
  const keysById = new Map(keys.map((key) => [keyIdOf(key), key]))
  const [current] = keys
  const currentId = keyIdOf(current)

  return {
    seal(bytes, place) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(algorithm, current, nonce).setAAD(Buffer.from(nameOf(place)))
      const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()])
      return { keyId: currentId, sealed: Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]) }
    },
    open(sealed, keyId, place) {
      const key = keysById.get(keyId)
      if (!key) throw new Error('The key of these bytes is not configured.')
      const tagStart = sealed.length - tagBytes
      const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      })
        .setAAD(Buffer.from(nameOf(place)))
        .setAuthTag(sealed.subarray(tagStart))
      return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, tagStart)), decipher.final()])
    },
  }
}

const keyIdOf = (key: Buffer): string =>
  createHash('sha256').update('photo-key-id').update(key).digest('hex').slice(0, 16)
