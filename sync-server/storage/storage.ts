/**
 * What the sync code needs of a store, stated as obligations. Adapters: `memory/` and `mongo/`; both pass
 * `storage-contract.ts`. A partition (for Chowki: a society) is the unit of sequence, scope and sharding.
 */
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import type { Author, LogEntry, LogFields, LogHead } from './log.ts'
import type { PageQuery } from './pages.ts'

export interface StoredDocument {
  readonly id: string
  /** Position in the partition's history at the last write; never part of the document. */
  readonly seq: number
  readonly deleted: boolean
  /** The wire form, server-owned fields included, without `_deleted`. The caller may keep and change it. */
  readonly document: WireDocument
}

/** Only documents that have one of these values in this field, which must be immutable. */
export interface ScopeFilter {
  readonly field: string
  readonly in: readonly string[]
}

export interface StoreWrite {
  readonly id: string
  readonly deleted: boolean
  /** The whole document, without `_deleted`. Its partition field names the transaction's partition. */
  readonly document: WireDocument
}

/** Valid only inside `transact`. */
export interface StoreTransaction {
  /** Documents of this partition, tombstones included, as they were when the transaction began. */
  read(collection: string, ids: readonly string[]): Promise<Map<string, StoredDocument>>
  /**
   * An id that exists already in this collection makes `transact` fail with `DuplicateIds`. So does an id that another
   * partition holds, in a store that keeps ids unique across partitions: nothing but the caller's own id is told.
   */
  insert(collection: string, writes: readonly StoreWrite[]): void
  /** Replaces documents that `read` has shown in this transaction. */
  replace(collection: string, writes: readonly StoreWrite[]): void
  /** Adds to the partition's log what no row says, after what the journal says of the rows. Takes no number. */
  log(...entries: readonly LogFields[]): void
}

/** `transact` inserted ids that exist: nothing was written; the caller starts over, reading first. */
export class DuplicateIds extends Error {
  override name = 'DuplicateIds'
  /** The first, and all that other partitions hold. Those that the transaction has read and not found are of others. */
  readonly ids: readonly string[]

  constructor(ids: readonly string[]) {
    super('ids are in use')
    this.ids = ids
  }
}

/**
 * The store's own rule (a unique index, a validator) refuses rows: nothing was written; the caller sets them aside and
 * starts over, so that they do not block their neighbours. Names all that break the rule, as far as can be seen.
 */
export class RowsRefused extends Error {
  override name = 'RowsRefused'
  /** One at least. */
  readonly refusals: readonly RowRefusal[]

  constructor(refusals: readonly RowRefusal[]) {
    super('the store refuses rows')
    this.refusals = refusals
  }
}

export interface RowRefusal {
  readonly id: string
  readonly rule: 'unique' | 'validator'
  /** The field that the rule is about, where the store says it. */
  readonly field: string | undefined
}

/** The store cannot be reached or did not answer in time; whether a write was made is not known. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable'
}

/** `writer`: the author's id; undefined where `transact` was given none, or another server committed. */
export type CommitListener = (partition: string, collections: readonly string[], writer?: string) => void

/** Fields that have this value, or one of these. */
export type FieldValues = Readonly<Record<string, FieldValue | readonly string[]>>
type FieldValue = string | number | boolean

export interface FindOptions {
  readonly sort?: { readonly field: string; readonly direction: 1 | -1 }
  readonly limit?: number
  /** Fields that are not wanted, as they are large. */
  readonly without?: readonly string[]
}

/** All but writing. */
export interface StorageReads {
  /** At most `limit` rows with seq > after, ascending, full pages: fewer than `limit` means the end. */
  changesAfter(
    partition: string,
    collection: string,
    after: number,
    limit: number,
    scope?: ScopeFilter,
  ): Promise<StoredDocument[]>
  /** The partition's history: made at first use. */
  head(partition: string): Promise<{ lineage: string; seq: number }>
  /** Outside a transaction; for reconciliation. Ids in no form of this store are not found, without an error. */
  readMany(
    partition: string,
    collection: string,
    ids: readonly string[],
  ): Promise<Map<string, StoredDocument>>
  /** Live rows by their fields; the caller sees to an index. */
  find(
    partition: string,
    collection: string,
    where: FieldValues,
    options?: FindOptions,
  ): Promise<StoredDocument[]>
  /** At most `limit` live rows in the query's order, of the log's entries too; fewer mean the end. */
  page(partition: string, collection: string, query: PageQuery): Promise<StoredDocument[]>
  /** The row of this id, in whichever partition: for what is asked for before a partition is known. */
  locate(collection: string, id: string): Promise<StoredDocument | null>
  /** Every partition that was ever asked for or written to. */
  partitions(): Promise<string[]>
  countLive(partition: string, collection: string, scope?: ScopeFilter): Promise<number>
  /** Keeps refused rows for people to see; idempotent on (partition, collection, documentId, hash). */
  quarantine(...rows: readonly QuarantineRow[]): Promise<void>
  /** At most `limit` entries with position > after, ascending; empty where the store has no journal. */
  logAfter(partition: string, after: number, limit: number): Promise<LogEntry[]>
  logHead(partition: string): Promise<LogHead>
  /** Called after each commit with the collections that changed. Returns an unsubscribe function. */
  onCommit(listener: CommitListener): () => void
}

export interface SyncStorage extends StorageReads {
  /**
   * Runs `work` atomically and alone in its partition: what it read is still true when its writes are committed.
   * Each written row gets the next sequence number inside the same transaction, inserts in their order before
   * replacements, so that a reader who has seen n has seen all that is below n. `work` may run more than once
   * (another server wrote first), so it must have no other effect. Where the store has a journal, its entries for the
   * rows are written with them.
   * Rejects with `DuplicateIds`, `RowsRefused`, `StoreUnavailable`, or with what `work` threw; no trace is left then.
   */
  transact<T>(
    partition: string,
    work: (transaction: StoreTransaction) => Promise<T>,
    author?: Author,
  ): Promise<T>
}

export interface QuarantineRow {
  readonly partition: string
  readonly collection: string
  /** As sent, cut to 64 characters; empty where the row had none. */
  readonly documentId: string
  /** SHA-256 of the refused row's canonical JSON. */
  readonly hash: string
  readonly document: unknown
  readonly error: { readonly code: string; readonly field?: string; readonly message: string }
  /** Who sent it, e.g. a device id. */
  readonly source: string
  readonly at: number
}
