import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Refusal } from '../setup/refusal.mjs'

/** As in package-lock.json: `sha512-<base64>`, or `sha256-<hex>` where the publisher writes hex. */
export type Integrity = `sha512-${string}` | `sha256-${string}`

/** Throws when the file is not the pinned one. */
export const requireIntegrity = async (path: string, label: string, pinned: Integrity): Promise<void> => {
  const found = await integrityOf(path, pinned.startsWith('sha512-') ? 'sha512' : 'sha256')
  if (found === pinned) return
  throw new Refusal(
    `What arrived for ${label} is not what is pinned (expected ${pinned}, got ${found}).`,
    'Nothing of it was kept. Run the same command again; if it stays so, ask who runs this network.',
  )
}

const integrityOf = async (path: string, algorithm: 'sha512' | 'sha256'): Promise<string> => {
  const hash = createHash(algorithm)
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return `${algorithm}-${hash.digest(algorithm === 'sha512' ? 'base64' : 'hex')}`
}
