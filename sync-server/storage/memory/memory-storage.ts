/**
 * A store in memory, for tests and for trying the helpers out: everything that `SyncStorage` demands except
 * that it outlives the process.
 */
import { createCommitListeners, createPartitionQueue, refuseLog, WriteBuffer } from '../transactions.ts'
import { chainEntries, emptyLog } from '../log.ts'
import type { Author, Journal, LogEntry } from '../log.ts'
import type { PartitionHead } from '../places.ts'
import { DuplicateIds } from '../storage.ts'
import type {
  FieldValues,
  FindOptions,
  QuarantineRow,
  ScopeFilter,
  StoredDocument,
  SyncStorage,
} from '../storage.ts'
import { pageDocuments } from './page-documents.ts'
import type { CollectionWrites, NumberedWrite } from '../transactions.ts'

export interface MemoryStorageOptions {
  readonly newLineage?: () => string
  /** Says what the log holds of a commit; without it there is no log. */
  readonly journal?: Journal
  /** A seam for tests: runs between the writes and their commit; what it throws rolls them back. */
  readonly beforeCommit?: (partition: string) => Promise<void>
}

export interface MemoryStorage extends SyncStorage {
  quarantined(): readonly QuarantineRow[]
  heads(): PartitionHead[]
}

interface Partition {
  readonly lineage: string
  seq: number
  readonly log: LogEntry[]
  readonly collections: Map<string, Map<string, StoredDocument>>
}

export function createMemoryStorage(options: MemoryStorageOptions = {}): MemoryStorage {
  const { newLineage = () => crypto.randomUUID(), beforeCommit = async () => {}, journal } = options
  const partitions = new Map<string, Partition>()
  /** `collection` -> id -> its partition: ids are unique across partitions, as in a MongoDB collection. */
  const owners = new Map<string, Map<string, string>>()
  const quarantine = new Map<string, QuarantineRow>()
  const queue = createPartitionQueue()
  const listeners = createCommitListeners()

  const partitionOf = (name: string): Partition =>
    getOrMake(partitions, name, () => ({ lineage: newLineage(), seq: 0, log: [], collections: new Map() }))
  const documentsOf = (partition: string, collection: string) =>
    getOrMake(partitionOf(partition).collections, collection, () => new Map<string, StoredDocument>())
  const ownersOf = (collection: string) => getOrMake(owners, collection, () => new Map<string, string>())

  function pick(partition: string, collection: string, ids: readonly string[]) {
    const documents = documentsOf(partition, collection)
    const found = new Map<string, StoredDocument>()
    for (const id of ids) {
      const stored = documents.get(id)
      if (stored) found.set(id, structuredClone(stored))
    }
    return found
  }

  const transact: SyncStorage['transact'] = async (partition, work, author) => {
    const buffer = new WriteBuffer()
    const value = await work({
      read: async (collection, ids) => pick(partition, collection, ids),
      insert: (collection, writes) => buffer.insert(collection, structuredClone(writes)),
      replace: (collection, writes) => buffer.replace(collection, structuredClone(writes)),
      log: (...entries) => buffer.log(structuredClone(entries)),
    })
    if (buffer.isEmpty) return value
    refuseImpossibleWrites(partition, buffer.numbered(0))
    await beforeCommit(partition)
    // From here to the end nothing awaits: no reader sees half of it.
    refuseImpossibleWrites(partition, buffer.numbered(0))
    const into = partitionOf(partition)
    into.log.push(...newEntries(partition, buffer, author))
    for (const [collection, writes] of buffer.numbered(into.seq)) {
      for (const write of [...writes.inserts, ...writes.replaces]) {
        documentsOf(partition, collection).set(write.id, write)
        ownersOf(collection).set(write.id, partition)
      }
    }
    into.seq += buffer.size
    if (buffer.size > 0) listeners.tell(partition, buffer.collections(), author?.id)
    return value
  }

  function newEntries(partition: string, buffer: WriteBuffer, author: Author | undefined): LogEntry[] {
    if (!journal) return refuseLog(buffer)
    const { log } = partitionOf(partition)
    const changes = buffer.changes((collection, id) => {
      const stored = documentsOf(partition, collection).get(id)
      if (!stored) throw new Error('a replaced document is gone')
      return stored
    })
    const said = changes.length > 0 ? journal({ partition, author, changes }) : []
    return chainEntries(partition, log.at(-1) ?? emptyLog, [...said, ...buffer.logged])
  }

  function refuseImpossibleWrites(
    partition: string,
    numbered: Map<string, CollectionWrites<NumberedWrite>>,
  ): void {
    for (const [collection, { inserts, replaces }] of numbered) {
      const known = ownersOf(collection)
      const [ids, used] = [new Set<string>(), new Set<string>()]
      for (const { id } of inserts) {
        if (ids.has(id) || (known.has(id) && (used.size === 0 || known.get(id) !== partition))) used.add(id)
        ids.add(id)
      }
      if (used.size > 0) throw new DuplicateIds([...used])
      const unread = replaces.find((write) => known.get(write.id) !== partition)
      if (unread) throw new Error('replace of a document that this partition does not hold')
    }
  }

  return {
    transact: (partition, work, author) => queue.run(partition, () => transact(partition, work, author)),
    async changesAfter(partition, collection, after, limit, scope) {
      const changed = [...documentsOf(partition, collection).values()].filter(
        (stored) => stored.seq > after && isInScope(stored, scope),
      )
      return structuredClone(changed.sort((a, b) => a.seq - b.seq).slice(0, limit))
    },
    async head(partition) {
      const { lineage, seq } = partitionOf(partition)
      return { lineage, seq }
    },
    async readMany(partition, collection, ids) {
      return pick(partition, collection, ids)
    },
    async find(partition, collection, where, options = {}) {
      const all = [...documentsOf(partition, collection).values()]
      const found = all.filter((stored) => !stored.deleted && hasValues(stored, where))
      return structuredClone(inOrder(found, options).map((stored) => leaveOut(stored, options.without ?? [])))
    },
    page: async (partition, collection, query) =>
      pageDocuments(documentsOf(partition, collection).values(), query),
    async locate(collection, id) {
      const partition = ownersOf(collection).get(id)
      const stored = partition === undefined ? undefined : documentsOf(partition, collection).get(id)
      return stored ? structuredClone(stored) : null
    },
    partitions: async () => [...partitions.keys()],
    async countLive(partition, collection, scope) {
      const all = [...documentsOf(partition, collection).values()]
      return all.filter((stored) => !stored.deleted && isInScope(stored, scope)).length
    },
    async quarantine(...rows) {
      for (const row of rows) {
        const key = JSON.stringify([row.partition, row.collection, row.documentId, row.hash])
        if (!quarantine.has(key)) quarantine.set(key, structuredClone(row))
      }
    },
    async logAfter(partition, after, limit) {
      const entries = partitionOf(partition).log.filter(({ position }) => position > after)
      return structuredClone(entries.slice(0, limit))
    },
    async logHead(partition) {
      const { position, hash } = partitionOf(partition).log.at(-1) ?? emptyLog
      return { position, hash }
    },
    onCommit: (listener) => listeners.add(listener),
    quarantined: () => [...quarantine.values()],
    heads: () => [...partitions].map(([partition, { lineage, seq }]) => ({ partition, lineage, seq })),
  }
}

const hasValues = ({ document }: StoredDocument, where: FieldValues): boolean =>
  Object.entries(where).every(([field, value]) => ([value].flat() as unknown[]).includes(document[field]))

function inOrder(found: readonly StoredDocument[], { sort, limit }: FindOptions): StoredDocument[] {
  const sorted = sort
    ? found.toSorted(
        ({ document: a }, { document: b }) => sort.direction * compare(a[sort.field], b[sort.field]),
      )
    : [...found]
  return sorted.slice(0, limit)
}

/** As MongoDB orders them: what is missing comes first. */
function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  return a === b ? 0 : (a as string | number) < (b as string | number) ? -1 : 1
}

function leaveOut(stored: StoredDocument, names: readonly string[]): StoredDocument {
  const document = { ...stored.document }
  for (const name of names) delete document[name]
  return { ...stored, document }
}

function isInScope(stored: StoredDocument, scope: ScopeFilter | undefined): boolean {
  if (!scope) return true
  const value = stored.document[scope.field]
  return typeof value === 'string' && scope.in.includes(value)
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
