import type { StoreWrite } from './storage.ts'

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

  insert(collection: string, writes: readonly StoreWrite[]): void {
    this.#of(collection).inserts.push(...writes)
  }

  replace(collection: string, writes: readonly StoreWrite[]): void {
    this.#of(collection).replaces.push(...writes)
  }

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

  #of(collection: string): CollectionWrites {
    const known = this.#byCollection.get(collection)
    if (known) return known
    const made: CollectionWrites = { inserts: [], replaces: [] }
    this.#byCollection.set(collection, made)
    return made
  }
}

const countOf = ({ inserts, replaces }: CollectionWrites) => inserts.length + replaces.length
