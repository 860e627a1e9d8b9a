/**
 * AES-256-GCM as the desk uses it: 12 random bytes of IV, then ciphertext and tag. `context` is authenticated
 * but not stored (collection and id), so that a sealed value moved to another row does not open there.
 */

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

/** Bytes as text. */
interface Base64Bytes {
  /** Of newer engines. A pull of 50,000 records turns a hundred thousand ciphertexts into text. */
  toBase64?(): string
}
interface Base64Class {
  fromBase64?(base64: string): Uint8Array<ArrayBuffer>
}

/** No stack holds half a million arguments. */
const chunk = 0x8000

export function bytesToBase64(bytes: Uint8Array): string {
  const native = (bytes as Base64Bytes).toBase64?.()
  if (native !== undefined) return native
  let binary = ''
  for (let start = 0; start < bytes.length; start += chunk) {
    // Not spread: that walks an iterator, byte by byte.
    const part = bytes.subarray(start, start + chunk) as unknown as number[]
    binary += String.fromCharCode.apply(null, part)
  }
  return btoa(binary)
}

export function base64ToBytes(base64: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as Base64Class).fromBase64?.(base64)
  if (native !== undefined) return native
  const binary = atob(base64)
  const bytes = new Uint8Array(binary.length)
  for (let n = 0; n < binary.length; n += 1) bytes[n] = binary.charCodeAt(n)
  return bytes
}

export const bytesToBase64Url = (bytes: Uint8Array): string =>
  bytesToBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

export const bytesToHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

const encoder = new TextEncoder()
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text)
