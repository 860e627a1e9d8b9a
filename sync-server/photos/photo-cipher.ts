/**
 * Photos rest as AES-256-GCM. The society and the id are authenticated with the bytes, so that a sealed photo moved
 * to another row, or another society, does not open. Layout: 12 bytes of nonce, the ciphertext, 16 bytes of tag.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

export interface PhotoPlace {
  readonly societyId: string
  readonly photoId: string
}

export interface PhotoCipher {
  readonly seal: (jpeg: Uint8Array, place: PhotoPlace) => { keyId: string; sealed: Buffer }
  /** Throws when the key is gone or the bytes were touched. */
  readonly open: (sealed: Buffer, keyId: string, place: PhotoPlace) => Buffer
}

/** The first key seals, all open: an old key stays listed until what it sealed is gone. */
export function createPhotoCipher(keys: readonly [Buffer, ...Buffer[]]): PhotoCipher {
  const keysById = new Map(keys.map((key) => [keyIdOf(key), key]))
  const [current] = keys
  const currentId = keyIdOf(current)

  return {
    seal(jpeg, place) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(algorithm, current, nonce).setAAD(placeBytes(place))
      const ciphertext = Buffer.concat([cipher.update(jpeg), cipher.final()])
      return { keyId: currentId, sealed: Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]) }
    },
    open(sealed, keyId, place) {
      const key = keysById.get(keyId)
      if (!key) throw new Error('The key of this photo is not configured.')
      const tagStart = sealed.length - tagBytes
      const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      })
        .setAAD(placeBytes(place))
        .setAuthTag(sealed.subarray(tagStart))
      return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, tagStart)), decipher.final()])
    },
  }
}

const keyIdOf = (key: Buffer): string =>
  createHash('sha256').update('photo-key-id').update(key).digest('hex').slice(0, 16)

const placeBytes = ({ societyId, photoId }: PhotoPlace): Buffer =>
  Buffer.from(`photo:${societyId}:${photoId}`)
