/**
 * AES-256-GCM as the desk uses it: 12 random bytes of IV, then ciphertext and tag. `context` is authenticated
 * but not stored (collection and id), so that a sealed value moved to another row does not open there.
 */
import { utf8 } from './bytes.ts'

const ivBytes = 12

export async function seal(
  key: CryptoKey,
  context: string,
  plain: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
  const cipher = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: utf8(context) },
    key,
    plain,
  )
  const sealed = new Uint8Array(ivBytes + cipher.byteLength)
  sealed.set(iv)
  sealed.set(new Uint8Array(cipher), ivBytes)
  return sealed
}

/** Rejects when the key, the context or a single bit is another. */
export async function unseal(
  key: CryptoKey,
  context: string,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const plain = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: sealed.subarray(0, ivBytes), additionalData: utf8(context) },
    key,
    sealed.subarray(ivBytes),
  )
  return new Uint8Array(plain)
}
