/**
 * Each partition's history in one document: its name (`lineage`), the last number given out (`seq`), and where its log
 * ends (`log`). The partition
 * is the `_id`, so that is what this collection is asked by, and would be sharded by.
 */
import type { ClientSession, ClientUpdateOneModel, Db } from 'mongodb'
import { emptyLog } from '../log.ts'
import type { LogHead } from '../log.ts'
import type { PartitionHead } from '../places.ts'
import { StoreUnavailable } from '../storage.ts'
import { readTimeMs } from './replicated-rows.ts'

export interface SyncHead {
  readonly _id: string
  readonly lineage: string
  readonly seq: number
  readonly log?: LogHead
  /** For other servers, which watch this. */
  readonly lastCommit?: LastCommit
}

export interface LastCommit {
  /** Another one for each commit, so that a change stream always shows it as changed. */
  readonly id: string
  readonly by: string
  readonly collections: readonly string[]
}

/** What a commit moves on. */
export interface HeadState {
  readonly seq: number
  readonly log: LogHead
}

export const syncHeadsName = 'syncHeads'

export type SyncHeads = ReturnType<typeof openSyncHeads>

export function openSyncHeads(db: Db, self: string, newLineage: () => string) {
  const heads = db.collection<SyncHead>(syncHeadsName)
  const made = new Set<string>()

  async function read(partition: string): Promise<{ lineage: string; seq: number }> {
    const known = await heads.findOne({ _id: partition }, { maxTimeMS: readTimeMs })
    const head =
      known ??
      (await heads.findOneAndUpdate(
        { _id: partition },
        { $setOnInsert: { lineage: newLineage(), seq: 0 } },
        { upsert: true, returnDocument: 'after' },
      ))
    made.add(partition)
    return present(head)
  }

  return {
    read,

    /** Before a partition's first transaction: a head made inside one would hold up whoever asks for it. */
    async ensure(partition: string): Promise<void> {
      if (!made.has(partition)) await read(partition)
    },

    /** As the transaction sees it: who writes after that has its transaction refused by `move`. */
    async readInside(partition: string, session: ClientSession): Promise<HeadState> {
      const head = await heads.findOne({ _id: partition }, { session })
      return { seq: head?.seq ?? 0, log: head?.log ?? emptyLog }
    },

    /** The head is gone under a running server, as in a restore: the next try makes it anew. */
    lost(partition: string): StoreUnavailable {
      made.delete(partition)
      return new StoreUnavailable('the head of a partition is gone')
    },

    async logHead(partition: string): Promise<LogHead> {
      const head = await heads.findOne({ _id: partition }, { maxTimeMS: readTimeMs })
      return head?.log ?? emptyLog
    },

    /**
     * Locks the partition until the session's end; of two transactions that saw the same head, one fails here. Where the
     * head is not at `from`, the upsert is a second document of its `_id`, so that the command ends at once.
     */
    move(
      partition: string,
      from: HeadState,
      to: HeadState,
      collections: readonly string[],
    ): ClientUpdateOneModel<SyncHead> {
      const lastCommit: LastCommit = { id: crypto.randomUUID(), by: self, collections }
      const isEmpty = from.log.position === 0
      return {
        namespace: heads.namespace,
        name: 'updateOne',
        filter: {
          _id: partition,
          seq: from.seq,
          ...(isEmpty ? { log: { $exists: false } } : { 'log.hash': from.log.hash }),
        },
        update: {
          $set: {
            ...(to.seq === from.seq ? {} : { seq: to.seq, lastCommit }),
            ...(to.log.position === from.log.position ? {} : { log: to.log }),
          },
        },
        upsert: true,
      }
    },
  }
}

/** Every partition that was ever asked for or written to, and where its history ends. */
export async function listHeads(db: Db): Promise<PartitionHead[]> {
  const heads = await db
    .collection<SyncHead>(syncHeadsName)
    .find({}, { projection: { lineage: 1, seq: 1 } })
    .toArray()
  return heads.map(({ _id, lineage, seq }) => ({ partition: _id, lineage, seq }))
}

/**
 * To be called once after a backup was restored: the numbers given out since the backup are forgotten, so replicas
 * must not trust their checkpoints. Each replica then replicates from the beginning, and pushes again what the
 * backup does not hold.
 */
export async function startNewHistory(
  db: Db,
  newLineage: () => string = () => crypto.randomUUID(),
): Promise<number> {
  const heads = db.collection<SyncHead>(syncHeadsName)
  const known = await listHeads(db)
  for (const { partition } of known) {
    await heads.updateOne({ _id: partition }, { $set: { lineage: newLineage() } })
  }
  return known.length
}

function present(head: SyncHead | null): { lineage: string; seq: number } {
  if (!head) throw new Error('a partition has no head after an upsert')
  return { lineage: head.lineage, seq: head.seq }
}
