/**
 * `SyncStorage` on MongoDB. Raising the head's `seq` inside the transaction numbers the rows and is also the lock
 * between servers: of two transactions that write to one partition, the one that raises second fails with a write
 * conflict and runs again. Within one process they queue instead.
 */
import type { ClientSession, Db, MongoClient, TransactionOptions } from 'mongodb'
import { createCommitListeners } from '../commit-listeners.ts'
import { createPartitionQueue } from '../partition-queue.ts'
import type { StoreTransaction, SyncStorage } from '../storage.ts'
import { WriteBuffer } from '../write-buffer.ts'
import { createCommitWatch } from './commit-watch.ts'
import type { ReplicatedLayout } from './layout.ts'
import { createLiveCounts } from './live-counts.ts'
import { namingOutages } from './mongo-errors.ts'
import { openQuarantine, plainQuarantine } from './quarantine-rows.ts'
import type { QuarantineOptions } from './quarantine-rows.ts'
import { openReplicatedRows } from './replicated-rows.ts'
import type { ReplicatedRows } from './replicated-rows.ts'
import { openSyncHeads } from './sync-heads.ts'
import type { SyncHeads } from './sync-heads.ts'

export interface MongoStorageOptions {
  readonly client: MongoClient
  readonly db: Db
  readonly collections: readonly ReplicatedLayout[]
  /** How refused rows are kept; their `_id` is a SHA-256 in hex. Without it: in `quarantine`, by `partition`, as text. */
  readonly quarantine?: QuarantineOptions
  readonly newLineage?: () => string
  readonly onListenerError?: (error: unknown) => void
  /** A seam for tests: runs between the writes and their commit; what it throws rolls them back. */
  readonly beforeCommit?: (partition: string) => Promise<void>
}

type Rows = (collection: string) => ReplicatedRows

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
  const watch = createCommitWatch(db, self, listeners.tell)
  const rows = openAll(db, options.collections)
  const liveCounts = createLiveCounts(heads, (partition, collection, scope) =>
    rows(collection).countLive(partition, scope),
  )

  const transact: SyncStorage['transact'] = async (partition, work, writer) => {
    await heads.ensure(partition)
    const outcome = await client.withSession((session) =>
      session.withTransaction(async () => {
        const buffer = new WriteBuffer()
        const value = await work(bufferedTransaction(rows, partition, session, buffer))
        if (buffer.size > 0) {
          await write(rows, heads, partition, session, buffer)
          await beforeCommit(partition)
        }
        return { value, changed: buffer.collections() }
      }, transactionOptions),
    )
    if (outcome.changed.length > 0) listeners.tell(partition, outcome.changed, writer)
    return outcome.value
  }

  return {
    transact: (partition, work, writer) =>
      queue.run(partition, () => namingOutages(() => transact(partition, work, writer))),
    changesAfter: (partition, collection, after, limit, scope) =>
      namingOutages(() => rows(collection).changesAfter(partition, after, limit, scope)),
    head: (partition) => namingOutages(() => heads.read(partition)),
    readMany: (partition, collection, ids) => namingOutages(() => rows(collection).find(partition, ids)),
    countLive: (partition, collection, scope) =>
      namingOutages(() => liveCounts(partition, collection, scope)),
    quarantine: (...refused) => namingOutages(() => quarantine.keep(refused)),
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

const bufferedTransaction = (
  rows: Rows,
  partition: string,
  session: ClientSession,
  buffer: WriteBuffer,
): StoreTransaction => ({
  read: (collection, ids) => rows(collection).find(partition, ids, session),
  insert: (collection, writes) => buffer.insert(collection, writes),
  replace: (collection, writes) => buffer.replace(collection, writes),
})

/** One command for all inserts of a collection and one for all its replacements: nothing is awaited by row. */
async function write(
  rows: Rows,
  heads: SyncHeads,
  partition: string,
  session: ClientSession,
  buffer: WriteBuffer,
): Promise<void> {
  const before = await heads.raise(partition, buffer.size, buffer.collections(), session)
  for (const [collection, { inserts, replaces }] of buffer.numbered(before)) {
    await rows(collection).insert(inserts, session)
    await rows(collection).replace(partition, replaces, session)
  }
}
