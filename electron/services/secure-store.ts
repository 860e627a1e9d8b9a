/**
 * Keeps the kiosk's secrets. The data key is the one thing whose loss loses every unsent record (P1), so:
 * a key file that is there but cannot be read is an error and is never replaced; what a keyring has sealed is
 * opened by that keyring or not at all; and a new key is read back before anything is encrypted with it.
 * Where the system has no keyring the secret lies in a file that only the kiosk's own user may read, and
 * diagnostics say so.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import pLimit from 'p-limit'
import Type from 'typebox'
import type { Static } from 'typebox'
import { Check } from 'typebox/value'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { createFile, readTextFile, replaceFile } from './atomic-file.ts'
import type { Keyring } from './keyring.ts'

const recordSchema = Type.Object(
  {
    version: Type.Literal(1),
    /** `file`, or the keyring that sealed the value. */
    backend: Type.String({ minLength: 1, maxLength: 64 }),
    value: Type.String({ minLength: 1, maxLength: 65_536 }),
    /** SHA-256 of the secret: keyrings on Linux do not notice a changed byte, and a wrong key is worse than none. */
    check: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  },
  { additionalProperties: false },
)
type SecretRecord = Static<typeof recordSchema>

export type SecretName = 'data-key' | 'server'

export interface SecureStore {
  /** 32 bytes as base64, made at the first call. */
  readonly dataKey: () => Promise<Result<string, ChowkiError>>
  readonly read: (name: SecretName) => Promise<Result<string | null, ChowkiError>>
  readonly write: (name: SecretName, secret: string) => Promise<Result<null, ChowkiError>>
  /** Where the data key is or would be kept: a keyring's name or `file`. */
  readonly keyStore: () => Promise<string>
}

export interface SecureStoreParts {
  readonly folder: string
  readonly keyring: Keyring
  readonly randomBytes: (size: number) => Buffer
  /** A locked keyring may wait for a person for ever. */
  readonly keyringTimeoutMs: number
}

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex')

const inTime = async <T>(work: Promise<T>, timeoutMs: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The keyring did not answer.')), timeoutMs)
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}

const parseRecord = (text: string): SecretRecord => {
  const record: unknown = JSON.parse(text)
  if (!Check(recordSchema, record)) throw new Error('The key file is damaged.')
  return record
}

const createVault = ({ folder, keyring, keyringTimeoutMs }: SecureStoreParts) => {
  const pathOf = (name: SecretName): string => join(folder, `${name}.json`)
  const keyringName = (): Promise<string | null> => inTime(keyring.name(), keyringTimeoutMs)

  const seal = async (secret: string): Promise<SecretRecord> => {
    const backend = await keyringName()
    const check = sha256Hex(secret)
    if (backend === null)
      return { version: 1, backend: 'file', value: Buffer.from(secret).toString('base64'), check }
    const sealed = await inTime(keyring.seal(secret), keyringTimeoutMs)
    return { version: 1, backend, value: sealed.toString('base64'), check }
  }

  const open = async (record: SecretRecord): Promise<string> => {
    const bytes = Buffer.from(record.value, 'base64')
    const secret =
      record.backend === 'file' ? bytes.toString() : await inTime(keyring.unseal(bytes), keyringTimeoutMs)
    if (sha256Hex(secret) !== record.check) throw new Error('The key file was changed.')
    return secret
  }

  const readRecord = async (name: SecretName): Promise<SecretRecord | null> => {
    const text = await readTextFile(pathOf(name))
    return text === null ? null : parseRecord(text)
  }

  const write = async (name: SecretName, secret: string, place: typeof createFile): Promise<void> => {
    const record = await seal(secret)
    if ((await open(record)) !== secret) throw new Error('The keyring does not give back what it was given.')
    await place(pathOf(name), JSON.stringify(record))
  }

  return { keyringName, open, readRecord, write }
}

const attempt = async <T>(work: () => Promise<T>): Promise<Result<T, ChowkiError>> => {
  try {
    return ok(await work())
  } catch {
    // The code is logged with the refused request; the message may hold what lies in the file.
    return err(chowkiError('secure_store_unavailable'))
  }
}

export const createSecureStore = (parts: SecureStoreParts): SecureStore => {
  const vault = createVault(parts)
  // One after the other: two first calls must not make two keys, nor two writes share a temporary file.
  const queue = pLimit(1)
  const inTurn = <T>(work: () => Promise<T>): Promise<Result<T, ChowkiError>> => queue(() => attempt(work))

  const read = async (name: SecretName): Promise<string | null> => {
    const record = await vault.readRecord(name)
    return record === null ? null : await vault.open(record)
  }

  return {
    dataKey: () =>
      inTurn(async () => {
        const known = await read('data-key')
        if (known !== null) return known
        const fresh = parts.randomBytes(32).toString('base64')
        await vault.write('data-key', fresh, createFile)
        return fresh
      }),
    read: (name) => inTurn(() => read(name)),
    write: (name, secret) =>
      inTurn(async () => {
        await vault.write(name, secret, replaceFile)
        return null
      }),
    keyStore: async () => {
      const recorded = await attempt(() => vault.readRecord('data-key'))
      if (recorded.ok && recorded.value !== null) return recorded.value.backend
      const name = await attempt(vault.keyringName)
      return name.ok ? (name.value ?? 'file') : 'unknown'
    },
  }
}
