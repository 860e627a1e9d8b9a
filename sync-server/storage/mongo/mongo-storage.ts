/**
 * `SyncStorage` on MongoDB. Moving the head inside the transaction numbers the rows and is also the lock between servers:
 * of two transactions that write to one partition, the one that moves it second fails with a write conflict and runs
 * again. Within one process they queue instead. All numbers and hashes are ready before the lock is taken.
 */
import type { ClientSession, Db, MongoClient, TransactionOptions } from 'mongodb'
import { createCommitListeners, createPartitionQueue, refuseLog, WriteBuffer } from '../transactions.ts'
import { chainEntries } from '../log.ts'
import type { Author, Journal, LogFields } from '../log.ts'
import type { StoredDocument, StoreTransaction, SyncStorage } from '../storage.ts'
import { createCommitWatch } from './commit-watch.ts'
import type { ReplicatedLayout } from './layout.ts'
import { createLiveCounts } from './live-counts.ts'
import { openLogRows } from './log-rows.ts'
import type { LogRows } from './log-rows.ts'
import { namingOutages } from './mongo-errors.ts'
import { HeadMoved, writeTogether } from './write-together.ts'
import { openPages } from './page-rows.ts'
import { openQuarantine, plainQuarantine } from './quarantine-rows.ts'
import type { QuarantineOptions } from './quarantine-rows.ts'
import { openReplicatedRows } from './replicated-rows.ts'
import type { ReplicatedRows } from './replicated-rows.ts'
import { listHeads, openSyncHeads } from './sync-heads.ts'
import type { HeadState, SyncHeads } from './sync-heads.ts'

export interface MongoStorageOptions {
  readonly client: MongoClient
  readonly db: Db
  readonly collections: readonly ReplicatedLayout[]
  /** How refused rows are kept; their `_id` is a SHA-256 in hex. Without it: in `quarantine`, by `partition`, as text. */
  readonly quarantine?: QuarantineOptions
  /** Where the log lies (unique by partition and `position`), and what it says of a commit; without it there is none. */
  readonly log?: { readonly layout: ReplicatedLayout; readonly journal: Journal }
  readonly newLineage?: () => string
  readonly onListenerError?: (error: unknown) => void
  /** A seam for tests: runs between the writes and their commit; what it throws rolls them back. */
  readonly beforeCommit?: (partition: string) => Promise<void>
}

type Rows = (collection: string) => ReplicatedRows

interface Log {
  readonly rows: LogRows
  readonly journal: Journal
}

interface Stores {
  readonly db: Db
  readonly rows: Rows
  readonly heads: SyncHeads
  readonly log: Log | undefined
}

const transactionOptions: TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
  maxCommitTimeMS: 15_000,
}

export function createMongoStorage(options: MongoStorageOptions): SyncStorage {
  const { client, db, newLineage = () => crypto.randomUUID(), beforeCommit = async () => {} } = options
  const self = crypto.randomUUID()
  const heads = openSyncHeads(db, self, newLineage)
  const quarantine = openQuarantine(db, options.quarantine ?? plainQuarantine)
  const queue = createPartitionQueue()
  const listeners = createCommitListeners(options.onListenerError)
  /** Where this server's last commit left each partition: mostly where the next one finds it. */
  const lastHeads = new Map<string, HeadState>()
  const watch = createCommitWatch(db, self, (partition, collections) => {
    lastHeads.delete(partition)
    listeners.tell(partition, collections)
  })
  const rows = openAll(db, options.collections)
  const liveCounts = createLiveCounts(heads, (partition, collection, scope) =>
    rows(collection).countLive(partition, scope),
  )

  const pages = openPages(db, [...options.collections, ...(options.log ? [options.log.layout] : [])])
  const log = options.log && { rows: openLogRows(db, options.log.layout), journal: options.log.journal }

  const transact: SyncStorage['transact'] = async (partition, work, author) => {
    await heads.ensure(partition)
    const outcome = await client.withSession((session) =>
      session.withTransaction(async () => {
        const writing = new Writing({ db, rows, heads, log }, partition, session)
        const value = await work(writing.transaction)
        if (writing.buffer.isEmpty) return { value, changed: [], head: undefined }
        const expected = lastHeads.get(partition)
        lastHeads.delete(partition)
        const head = await writing.write(author, expected)
        await beforeCommit(partition)
        return { value, changed: writing.buffer.collections(), head }
      }, transactionOptions),
    )
    if (outcome.head) lastHeads.set(partition, outcome.head)
    if (outcome.changed.length > 0) listeners.tell(partition, outcome.changed, author?.id)
    return outcome.value
  }

  /** Once again where another server has moved the head since: `lastHeads` has none then, so that it is read. */
  const transactAgain: SyncStorage['transact'] = (partition, work, author) =>
    transact(partition, work, author).catch((error: unknown) => {
      if (!(error instanceof HeadMoved)) throw error
      return transact(partition, work, author)
    })

  return {
    transact: (partition, work, author) =>
      queue.run(partition, () => namingOutages(() => transactAgain(partition, work, author))),
    changesAfter: (partition, collection, after, limit, scope) =>
      namingOutages(() => rows(collection).changesAfter(partition, after, limit, scope)),
    head: (partition) => namingOutages(() => heads.read(partition)),
    readMany: (partition, collection, ids) => namingOutages(() => rows(collection).find(partition, ids)),
    find: (partition, collection, where, found) =>
      namingOutages(() => rows(collection).findWhere(partition, where, found)),
    page: (partition, collection, query) => namingOutages(() => pages(collection)(partition, query)),
    locate: (collection, id) => namingOutages(() => rows(collection).locate(id)),
    partitions: () => namingOutages(async () => (await listHeads(db)).map(({ partition }) => partition)),
    countLive: (partition, collection, scope) =>
      namingOutages(() => liveCounts(partition, collection, scope)),
    quarantine: (...refused) => namingOutages(() => quarantine.keep(refused)),
    logAfter: (partition, after, limit) =>
      namingOutages(async () => (log ? log.rows.after(partition, after, limit) : [])),
    logHead: (partition) => namingOutages(() => heads.logHead(partition)),
    onCommit(listener) {
      watch.open()
      const remove = listeners.add(listener)
      return () => {
        remove()
        if (listeners.count() === 0) watch.close()
      }
    },
  }
}

function openAll(db: Db, layouts: readonly ReplicatedLayout[]): Rows {
  const rowsByName = new Map(layouts.map((layout) => [layout.name, openReplicatedRows(db, layout)]))
  return (collection) => {
    const found = rowsByName.get(collection)
    if (!found) throw new Error(`not a replicated collection: ${collection}`)
    return found
  }
}

/** One run of a transaction. */
class Writing {
  readonly buffer = new WriteBuffer()
  readonly #seen = new Map<string, StoredDocument>()
  readonly #stores: Stores
  readonly #partition: string
  readonly #session: ClientSession

  constructor(stores: Stores, partition: string, session: ClientSession) {
    this.#stores = stores
    this.#partition = partition
    this.#session = session
  }

  readonly transaction: StoreTransaction = {
    read: (collection, ids) => this.#read(collection, ids),
    insert: (collection, writes) => this.buffer.insert(collection, writes),
    replace: (collection, writes) => this.buffer.replace(collection, writes),
    log: (...entries) => this.buffer.log(entries),
  }

  /**
   * One command for all that is written: nothing is awaited by row or by collection. `expected`: where this server left
   * the head; without it the head is read. Gives back where it is left now. Rejects with `HeadMoved` too.
   */
  async write(author: Author | undefined, expected: HeadState | undefined): Promise<HeadState> {
    const { db, rows, heads, log } = this.#stores
    const [partition, session] = [this.#partition, this.#session]
    const said = log ? await this.#say(log, author) : refuseLog(this.buffer)
    const from = expected ?? (await heads.readInside(partition, session))
    const entries = chainEntries(partition, from.log, said)
    const { position, hash } = entries.at(-1) ?? from.log
    const to = { seq: from.seq + this.buffer.size, log: { position, hash } }
    const writes = [...this.buffer.numbered(from.seq)]
    const { headIsGone } = await writeTogether(db, session, {
      head: heads.move(partition, from, to, this.buffer.collections()),
      rows: writes.flatMap(([collection, { inserts, replaces }]) => [
        ...rows(collection).insert(partition, inserts),
        ...rows(collection).replace(partition, replaces),
      ]),
      log: log?.rows.append(partition, entries) ?? [],
    })
    if (headIsGone) throw heads.lost(partition)
    return to
  }

  async #say(log: Log, author: Author | undefined): Promise<LogFields[]> {
    await this.#readReplaced()
    const changes = this.buffer.changes((collection, id) => {
      const before = this.#seen.get(`${collection}/${id}`)
      if (!before) throw new Error('replace of a document that this partition does not hold')
      return before
    })
    const said = changes.length > 0 ? log.journal({ partition: this.#partition, author, changes }) : []
    return [...said, ...this.buffer.logged]
  }

  async #readReplaced(): Promise<void> {
    for (const [collection, ids] of this.buffer.replacedIds()) {
      const unseen = ids.filter((id) => !this.#seen.has(`${collection}/${id}`))
      if (unseen.length > 0) await this.#read(collection, unseen)
    }
  }

  /** The caller may change what it gets, so the log's copy is another. */
  async #read(collection: string, ids: readonly string[]): Promise<Map<string, StoredDocument>> {
    const found = await this.#stores.rows(collection).find(this.#partition, ids, this.#session)
    for (const [id, stored] of found) {
      const kept = this.#stores.log ? { ...stored, document: { ...stored.document } } : stored
      this.#seen.set(`${collection}/${id}`, kept)
    }
    return found
  }
}
