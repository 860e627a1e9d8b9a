/**
 * Secrets of a kiosk that runs in a plain browser. An AES key that no script can read out (non-extractable)
 * lies in IndexedDB and seals the data key and the token beside it: a copy of the page's storage made by
 * script gives nothing, a copy of the whole profile still does (the diagnostics say so).
 */
import { Dexie } from 'dexie'
import type { Table } from 'dexie'

interface StoredSecret {
  readonly name: string
  readonly iv: Uint8Array<ArrayBuffer>
  readonly sealed: ArrayBuffer
}

interface StoredKey {
  readonly name: 'wrapping'
  readonly key: CryptoKey
}

export interface BrowserKeyStore {
  /** `make` is called at most once in the store's life, even when two callers race. */
  readOrMake(name: string, make: () => Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>
  read(name: string): Promise<Uint8Array<ArrayBuffer> | null>
  write(name: string, secret: Uint8Array<ArrayBuffer>): Promise<void>
  close(): void
}

export async function openBrowserKeyStore(databaseName: string): Promise<BrowserKeyStore> {
  // Strict: a data key lost in a power cut would lose everything that it sealed.
  const database = new Dexie(databaseName, { chromeTransactionDurability: 'strict' })
  database.version(1).stores({ keys: '&name', secrets: '&name' })
  await database.open()
  const keys: Table<StoredKey, string> = database.table('keys')
  const secrets: Table<StoredSecret, string> = database.table('secrets')
  const wrapping = await wrappingKey(keys)

  const read = async (name: string): Promise<Uint8Array<ArrayBuffer> | null> => {
    const row = await secrets.get(name)
    if (row === undefined) return null
    return new Uint8Array(await crypto.subtle.decrypt(algorithm(name, row.iv), wrapping, row.sealed))
  }
  const seal = async (name: string, secret: Uint8Array<ArrayBuffer>): Promise<StoredSecret> => {
    const iv = crypto.getRandomValues(new Uint8Array(12))
    return { name, iv, sealed: await crypto.subtle.encrypt(algorithm(name, iv), wrapping, secret) }
  }
  return {
    read,
    async readOrMake(name, make) {
      const known = await read(name)
      if (known !== null) return known
      const row = await seal(name, make())
      // `add` refuses a second row of this name, so that of two racing makers one wins and both read it.
      await secrets.add(row).catch((cause: unknown) => {
        if (!(cause instanceof Dexie.ConstraintError)) throw cause
      })
      const made = await read(name)
      if (made === null) throw new Error(`The secret ${name} was not kept`)
      return made
    },
    async write(name, secret) {
      await secrets.put(await seal(name, secret))
    },
    close: () => database.close(),
  }
}

async function wrappingKey(keys: Table<StoredKey, string>): Promise<CryptoKey> {
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])
  return keys.db.transaction('rw', keys, async () => {
    const known = await keys.get('wrapping')
    if (known !== undefined) return known.key
    await keys.add({ name: 'wrapping', key: made })
    return made
  })
}

const algorithm = (name: string, iv: Uint8Array<ArrayBuffer>) => ({
  name: 'AES-GCM',
  iv,
  additionalData: new TextEncoder().encode(name),
})
