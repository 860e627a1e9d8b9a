/**
 * A partition's log: what was written, by whom, as a chain that shows what was touched afterwards. Each entry is hashed
 * with its position and with the hash before it; the partition's head holds the last position and hash, so that an
 * entry which is missing at the end is missed too. What an entry says is the application's (`Journal`).
 */
import { hash } from 'node:crypto'
import { canonicalJson } from '@chowki/shared/domain/canonical-json.ts'
import type { StoredDocument, StoreWrite } from './storage.ts'

/** Who writes. The id goes to the listeners of commits too. */
export interface Author {
  readonly kind: string
  readonly id: string
  /** By which of its requests, for the log. */
  readonly requestId?: string
}

/** What an entry says: JSON values only. */
export type LogFields = Readonly<Record<string, unknown>>

export interface CollectionChange {
  readonly collection: string
  readonly inserts: readonly StoreWrite[]
  readonly replaces: readonly { readonly before: StoredDocument; readonly after: StoreWrite }[]
}

/** What a transaction is about to commit. */
export interface Commit {
  readonly partition: string
  readonly author: Author | undefined
  readonly changes: readonly CollectionChange[]
}

/**
 * The entries of a transaction that writes rows. The storage asks for them in every one, and what it throws undoes the
 * transaction: so no row is written without its entry. May be asked again for one commit, so it has no other effect.
 */
export type Journal = (commit: Commit) => readonly LogFields[]

export interface LogHead {
  /** Of the newest entry; 0 before the first. */
  readonly position: number
  readonly hash: string
}

export interface LogEntry extends LogHead {
  readonly previousHash: string
  readonly fields: LogFields
}

export const emptyLog: LogHead = { position: 0, hash: '0'.repeat(64) }

/** Hex SHA-256 over all that an entry is, its place in the chain included. */
export const hashOfEntry = (partition: string, entry: Omit<LogEntry, 'hash'>): string =>
  hash('sha256', canonicalJson([partition, entry.position, entry.previousHash, entry.fields]))

export function chainEntries(partition: string, head: LogHead, said: readonly LogFields[]): LogEntry[] {
  let last = head
  return said.map((fields) => {
    const entry = { position: last.position + 1, previousHash: last.hash, fields }
    const chained = { ...entry, hash: hashOfEntry(partition, entry) }
    last = chained
    return chained
  })
}
