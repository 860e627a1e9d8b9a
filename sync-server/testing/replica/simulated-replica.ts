/**
 * Real RxDB replicas of several processes in one realm, on disks in memory that outlive them.
 * A process may die at any moment: its disk is forked, and what the dead one still does happens on the old copy.
 */
import { OPEN_COLLECTIONS, createRxDatabase, getBroadcastChannelReference, now as rxNow } from 'rxdb'
import type { HashFunction, RxCollection, RxConflictHandler, RxDatabase, RxStorage } from 'rxdb'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { Subject } from 'rxjs'

export type ReplicaDocument = Record<string, unknown> & { _id: string }
export type ReplicaCollection = RxCollection<ReplicaDocument>

type DiskWork<T> = () => Promise<T>

/** Stands between RxDB and its storage: may wait before or after the work, or throw in its stead. */
export type DiskFaults = <T>(operation: 'write' | 'read', context: string, work: DiskWork<T>) => Promise<T>

/** What one storage instance of RxDB's memory storage keeps. */
interface DiskState {
  documents: Map<string, unknown>
  byIndex: Record<string, { docsWithIndex: unknown[] }>
  byIndexArray: { docsWithIndex: unknown[] }[]
  ensurePersistenceTask?: unknown
}

export interface SimulatedDisk {
  readonly storage: RxStorage<unknown, unknown>
  /** The same content on a disk of its own, as it is at this moment. */
  fork(): SimulatedDisk
}

type MemoryStorage = RxStorage<unknown, unknown> & { collectionStates: Map<string, DiskState> }
type StorageInstance = Awaited<ReturnType<MemoryStorage['createStorageInstance']>> & {
  ensurePersistence(): void
}

export function createSimulatedDisk(
  faults: DiskFaults,
  states: Map<string, DiskState> = new Map(),
): SimulatedDisk {
  const memory = getRxStorageMemory() as unknown as MemoryStorage
  memory.collectionStates = states
  const opened: StorageInstance[] = []
  const create = memory.createStorageInstance.bind(memory)
  const storage = {
    ...memory,
    async createStorageInstance(params: Parameters<typeof create>[0]) {
      // Databases of dead processes keep their names for a while; the disk's content belongs to all of them.
      const instance = (await create({ ...params, databaseName: 'disk' } as never)) as StorageInstance
      opened.push(instance)
      const { bulkWrite, query, findDocumentsById } = instance
      // As on a real disk: however slow one is, writes do not overtake each other.
      let lastWrite: Promise<unknown> = Promise.resolve()
      instance.bulkWrite = (rows, context) => {
        const write = lastWrite.then(() =>
          faults('write', context, () => bulkWrite.call(instance, rows, context)),
        )
        // The writer has the failure; the next write must not inherit it.
        lastWrite = write.catch(() => undefined)
        return write
      }
      instance.query = (prepared) => faults('read', 'query', () => query.call(instance, prepared))
      instance.findDocumentsById = (ids, withDeleted) =>
        faults('read', 'ids', () => findDocumentsById.call(instance, ids, withDeleted))
      return instance
    },
  } as unknown as RxStorage<unknown, unknown>
  return {
    storage,
    fork() {
      for (const instance of opened) instance.ensurePersistence()
      return createSimulatedDisk(faults, new Map([...states].map(([key, state]) => [key, forked(state)])))
    },
  }
}

/** Entries too are copied: RxDB changes them in place, and what a dead process still writes would be on both disks. */
const copied = (entries: readonly unknown[]) => entries.map((entry) => [...(entry as readonly unknown[])])

function forked(state: DiskState): DiskState {
  const byIndex = Object.fromEntries(
    Object.entries(state.byIndex).map(([name, index]) => [
      name,
      { ...index, docsWithIndex: copied(index.docsWithIndex) },
    ]),
  )
  return {
    ...state,
    documents: new Map(state.documents),
    byIndex,
    byIndexArray: Object.values(byIndex),
    ...{ refCount: 0, changes$: new Subject(), ensurePersistenceIdlePromise: undefined },
  }
}

export interface SimulatedCollection {
  readonly schema: object
  readonly conflictHandler: RxConflictHandler<never>
}

export interface SimulatedReplica {
  readonly collections: Readonly<Record<string, ReplicaCollection>>
  /** Ends it without waiting for anything; the disk is to be forked before. */
  abandon(): void
  /** Likewise, but the page that has it open is still there, and keeps the leadership if it had it, until `abandon`. */
  hang(): void
}

/** `sharedWith`: RxDB is told that other pages may have the same database open, those that give the same name here. */
export async function openSimulatedReplica(
  name: string,
  disk: SimulatedDisk,
  collections: Readonly<Record<string, SimulatedCollection>>,
  sharedWith?: string,
): Promise<SimulatedReplica> {
  const database = (await createRxDatabase({
    name,
    storage: disk.storage as never,
    multiInstance: sharedWith !== undefined,
    eventReduce: false,
    // The usual one is computed by other threads, in real time.
    hashFunction: (async (text: string) => quickHash(text)) as HashFunction,
  })) as RxDatabase<Record<string, ReplicaCollection>>
  const fresh = Object.entries(collections).map(([key, value]) => [key, { ...value, autoMigrate: false }])
  const added = await database.addCollections(Object.fromEntries(fresh) as never)
  // The names of the databases differ, as long as RxDB counts them by realm: the channel's would too.
  if (sharedWith !== undefined) {
    getBroadcastChannelReference(disk.storage.name, database.token, sharedWith, database)
  }
  // A dead process has none open; RxDB counts them by realm.
  const hang = () => Object.values(added).forEach((one) => OPEN_COLLECTIONS.delete(one as never))
  return {
    collections: added as unknown as Record<string, ReplicaCollection>,
    hang,
    abandon() {
      hang()
      // As after a power cut: nobody is there to hear of it.
      void database.close().catch(() => undefined)
    },
  }
}

/** FNV-1a, 32 bits, twice with different starts. */
function quickHash(text: string): string {
  const half = (start: number) => {
    let hash = start
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
    return hash.toString(16).padStart(8, '0')
  }
  return half(0x811c9dc5) + half(0x1b873593)
}

/** The last moment that RxDB gave out in one process. */
interface RxMoment {
  readonly ms: number
  readonly hundredths: number
}

/**
 * RxDB's `now()` never goes back within one process: it keeps its last answer in its module, of which there is one
 * for all processes of the simulation. So whenever another process looks at the clock, that answer is exchanged.
 * `look` is what `Date.now` must call first.
 */
export function createRxClocks(): {
  exchange(from: object | undefined, to: object | undefined): void
  look(clock: () => number): number
} {
  const moments = new WeakMap<object, RxMoment>()
  let forced: (() => number) | undefined
  const askRxDb = (dateNow: () => number): number => {
    forced = dateNow
    try {
      return rxNow()
    } finally {
      forced = undefined
    }
  }
  const keepsLast = () => Number.NEGATIVE_INFINITY

  /** Compared once it is later than anything, ever after it is earlier. */
  function forget(): void {
    let isFirst = true
    const anything = {
      valueOf: () => {
        if (!isFirst) return Number.NEGATIVE_INFINITY
        isFirst = false
        return Number.POSITIVE_INFINITY
      },
    }
    askRxDb(() => anything as unknown as number)
  }

  return {
    look: (clock) => (forced ? forced() : clock()),
    exchange(from, to) {
      const last = askRxDb(keepsLast)
      if (from && Number.isFinite(last)) {
        const ms = Math.floor(last + 0.001)
        moments.set(from, { ms, hundredths: Math.round((last - ms) * 100) })
      }
      forget()
      const moment = to && moments.get(to)
      if (!moment) return
      askRxDb(() => moment.ms)
      for (let i = 1; i < moment.hundredths; i++) askRxDb(keepsLast)
    },
  }
}
