/** The keys of one desk, all derived from the host's 32-byte data key, each for one purpose. */
import { bytesToBase64Url, utf8, seal, unseal } from './sealing.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { DeskStore } from '../desk-store.ts'

export interface DeskKeys {
  /** Documents of the replicated collections and their replication metadata. */
  readonly documents: CryptoKey
  readonly photos: CryptoKey
  /** Secrets in the desk's own tables, and the check value. */
  readonly desk: CryptoKey
  /** HMAC of phones: equal phones are found without storing one readable. */
  readonly blindIndex: CryptoKey
}

const salt = utf8('chowki desk keys v1')

export async function deriveDeskKeys(dataKey: Uint8Array<ArrayBuffer>): Promise<DeskKeys> {
  const root = await crypto.subtle.importKey('raw', dataKey, 'HKDF', false, ['deriveKey'])
  const derive = (purpose: string, algorithm: AesKeyGenParams | HmacKeyGenParams, usages: KeyUsage[]) =>
    crypto.subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt, info: utf8(purpose) },
      root,
      algorithm,
      false,
      usages,
    )
  const aes = { name: 'AES-GCM', length: 256 }
  const [documents, photos, desk, blindIndex] = await Promise.all([
    derive('documents', aes, ['encrypt', 'decrypt']),
    derive('photos', aes, ['encrypt', 'decrypt']),
    derive('desk', aes, ['encrypt', 'decrypt']),
    derive('blind index', { name: 'HMAC', hash: 'SHA-256', length: 256 }, ['sign']),
  ])
  return { documents, photos, desk, blindIndex }
}

/** 43 characters for any phone; `phone` must be normalised first. */
export async function blindPhoneIndex(keys: DeskKeys, phone: string): Promise<string> {
  return bytesToBase64Url(
    new Uint8Array(await crypto.subtle.sign('HMAC', keys.blindIndex, utf8(`phone:${phone}`))),
  )
}

/**
 * A wrong data key must be noticed before anything is read or written with it: the desk keeps one known text
 * sealed. Without this check a kiosk whose keyring was replaced would show an empty list and write new
 * records beside old ones that nobody can read.
 */
const metaKey = 'keyCheck'
const known = 'chowki'

export async function checkDataKey(desk: DeskStore, keys: DeskKeys): Promise<Result<null, ChowkiError>> {
  const sealed = await desk.readMeta<Uint8Array<ArrayBuffer>>(metaKey)
  if (sealed === null) {
    // The check is the first row that a desk writes: rows without it mean a damaged store, not a new one.
    if (!(await desk.isEmpty())) return err(wrongKey())
    await desk.writeMeta(metaKey, await seal(keys.desk, metaKey, utf8(known)))
    return ok(null)
  }
  // Not opened is the answer: the key is another one.
  const opened = await unseal(keys.desk, metaKey, sealed).catch(() => null)
  return opened !== null && new TextDecoder().decode(opened) === known ? ok(null) : err(wrongKey())
}

const wrongKey = (): ChowkiError => chowkiError('data_key_wrong')
