/**
 * Each partition's history in one document: its name (`lineage`) and the last number given out (`seq`). The partition
 * is the `_id`, so that is what this collection is asked by, and would be sharded by.
 */
import type { ClientSession, Db } from 'mongodb'
import { readTimeMs } from './replicated-rows.ts'

export interface SyncHead {
  readonly _id: string
  readonly lineage: string
  readonly seq: number
  /** For other servers, which watch this. */
  readonly lastCommit?: LastCommit
}

export interface LastCommit {
  /** Another one for each commit, so that a change stream always shows it as changed. */
  readonly id: string
  readonly by: string
  readonly collections: readonly string[]
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

    /** Gives out `count` numbers; the first is one above the answer. Locks the partition until the session's end. */
    async raise(
      partition: string,
      count: number,
      collections: readonly string[],
      session: ClientSession,
    ): Promise<number> {
      const lastCommit: LastCommit = { id: crypto.randomUUID(), by: self, collections }
      const head = await heads.findOneAndUpdate(
        { _id: partition },
        { $inc: { seq: count }, $set: { lastCommit }, $setOnInsert: { lineage: newLineage() } },
        { session, upsert: true, returnDocument: 'after' },
      )
      return present(head).seq - count
    },
  }
}

/** Every partition that was ever asked for or written to. */
export async function listPartitions(db: Db): Promise<string[]> {
  const heads = await db
    .collection<SyncHead>(syncHeadsName)
    .find({}, { projection: { _id: 1 } })
    .toArray()
  return heads.map(({ _id }) => _id)
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
  const partitions = await listPartitions(db)
  for (const _id of partitions) await heads.updateOne({ _id }, { $set: { lineage: newLineage() } })
  return partitions.length
}

function present(head: SyncHead | null): { lineage: string; seq: number } {
  if (!head) throw new Error('a partition has no head after an upsert')
  return { lineage: head.lineage, seq: head.seq }
}
