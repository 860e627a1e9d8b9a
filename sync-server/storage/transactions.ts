/**
 * A transaction's parts that are the same in every store: its turn in its partition, its writes until they are numbered,
 * and who hears of its commit.
 */
import pLimit from 'p-limit'
import type { CollectionChange, LogFields } from './log.ts'
import type { CommitListener, StoredDocument, StoreWrite } from './storage.ts'

/** Runs tasks of one partition one after another, those of different partitions side by side. */
export interface PartitionQueue {
  run<T>(partition: string, task: () => Promise<T>): Promise<T>
}

export function createPartitionQueue(): PartitionQueue {
  const queues = new Map<string, ReturnType<typeof pLimit>>()

  return {
    async run(partition, task) {
      const queue = queues.get(partition) ?? pLimit(1)
      queues.set(partition, queue)
      try {
        return await queue(task)
      } finally {
        if (queue.activeCount + queue.pendingCount === 0) queues.delete(partition)
      }
    },
  }
}

export interface NumberedWrite extends StoreWrite {
  readonly seq: number
}

export interface CollectionWrites<W extends StoreWrite = StoreWrite> {
  readonly inserts: W[]
  readonly replaces: W[]
}

/**
 * A transaction's writes until its work is done. Only then is their number known, so that the sequence is raised
 * once, and the lock on the partition is held for the writes alone.
 */
export class WriteBuffer {
  readonly #byCollection = new Map<string, CollectionWrites>()
  /** Entries of the transaction's own. */
  readonly logged: LogFields[] = []

  insert(collection: string, writes: readonly StoreWrite[]): void {
    this.#of(collection).inserts.push(...writes)
  }

  replace(collection: string, writes: readonly StoreWrite[]): void {
    this.#of(collection).replaces.push(...writes)
  }

  log(entries: readonly LogFields[]): void {
    this.logged.push(...entries)
  }

  get isEmpty(): boolean {
    return this.size === 0 && this.logged.length === 0
  }

  /** How many rows. */
  get size(): number {
    let size = 0
    for (const { inserts, replaces } of this.#byCollection.values()) size += inserts.length + replaces.length
    return size
  }

  collections(): string[] {
    return [...this.#byCollection].filter(([, writes]) => countOf(writes) > 0).map(([name]) => name)
  }

  /** The writes with their numbers: `head + 1` is the first. */
  numbered(head: number): Map<string, CollectionWrites<NumberedWrite>> {
    let seq = head
    const number = (write: StoreWrite): NumberedWrite => ({ ...write, seq: ++seq })
    const numbered = new Map<string, CollectionWrites<NumberedWrite>>()
    for (const [collection, { inserts, replaces }] of this.#byCollection) {
      numbered.set(collection, { inserts: inserts.map(number), replaces: replaces.map(number) })
    }
    return numbered
  }

  /** What the journal is told; `before` gives the row that a replacement replaces. */
  changes(before: (collection: string, id: string) => StoredDocument): CollectionChange[] {
    return this.collections().map((collection) => {
      const { inserts, replaces } = this.#of(collection)
      const replaced = replaces.map((after) => ({ before: before(collection, after.id), after }))
      return { collection, inserts, replaces: replaced }
    })
  }

  replacedIds(): Map<string, string[]> {
    const ids = new Map<string, string[]>()
    for (const [collection, { replaces }] of this.#byCollection) {
      if (replaces.length > 0)
        ids.set(
          collection,
          replaces.map(({ id }) => id),
        )
    }
    return ids
  }

  #of(collection: string): CollectionWrites {
    const known = this.#byCollection.get(collection)
    if (known) return known
    const made: CollectionWrites = { inserts: [], replaces: [] }
    this.#byCollection.set(collection, made)
    return made
  }
}

const countOf = ({ inserts, replaces }: CollectionWrites) => inserts.length + replaces.length

/** A transaction's own entries in a store that keeps no log: nobody would ever find them. */
export function refuseLog(buffer: WriteBuffer): [] {
  if (buffer.logged.length > 0) throw new Error('this store has no journal, so it keeps no log')
  return []
}

export interface CommitListeners {
  add(listener: CommitListener): () => void
  readonly tell: CommitListener
  count(): number
}

/** A listener's own failure must not look like the failure of a write that is committed already. */
export function createCommitListeners(onListenerError: (error: unknown) => void = () => {}): CommitListeners {
  const listeners = new Set<CommitListener>()

  return {
    add(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    count: () => listeners.size,
    tell(partition, collections, writer) {
      for (const listener of listeners) {
        try {
          listener(partition, collections, writer)
        } catch (error) {
          onListenerError(error)
        }
      }
    },
  }
}
