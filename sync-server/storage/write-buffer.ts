import type { CollectionChange, LogFields } from './log.ts'
import type { StoredDocument, StoreWrite } from './storage.ts'

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
