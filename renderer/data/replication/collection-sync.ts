/** One collection's replication: its start under the right epoch, what it has sent, and how each document stands. */
import pLimit from 'p-limit'
import { getAssumedMasterState } from 'rxdb'
import type { RxCollection } from 'rxdb'
import type { KioskCollectionDefinition } from '@chowki/shared/collections/registry.ts'
import { sameToReplica } from '@chowki/shared/domain/merge.ts'
import { onlyKnown } from '@chowki/shared/projections/pick-fields.ts'
import type { WireDocument, WireError } from '@chowki/shared/protocol/messages.ts'
import { newestWriteIsInFuture } from '@chowki/sync-server/sync/client/clock-guard.ts'
import { replicateToSyncServer } from '@chowki/sync-server/sync/client/replicate-to-sync-server.ts'
import type { SyncServerReplication } from '@chowki/sync-server/sync/client/replicate-to-sync-server.ts'
import type { SyncError } from '@chowki/sync-server/sync/client/sync-error.ts'
import type { DeskKeys } from '../desk/keys/desk-keys.ts'
import { withPhoneIndex } from '../desk/database/blind-index.ts'
import type { Report } from '../desk/trouble.ts'
import type { DeskStore } from '../desk/desk-store.ts'
import type { Standing } from './unsent-documents.ts'
import { Dexie } from 'dexie'

export type AnyDocument = Record<string, unknown> & { readonly _id: string }
export type AnyCollection = RxCollection<AnyDocument>

export interface CollectionSyncParts {
  readonly collection: AnyCollection
  readonly definition: KioskCollectionDefinition
  readonly desk: DeskStore
  readonly keys: DeskKeys
  readonly request: (path: string, init?: RequestInit) => Promise<Response>
  readonly now: () => number
  readonly report: Report
  readonly onServerTime: (serverTime: number, roundTripMs: number) => void
  /** Durable when it resolves. */
  readonly onQuarantined: (documentId: string, error: WireError) => Promise<void>
  /** The server has answered for these; their standing may have changed. */
  readonly onSent: (ids: readonly string[]) => void
  /** Nothing under way in this collection. */
  readonly onIdle: () => void
  /** Everything that the server had at this moment is here. */
  readonly onHeardAll: () => void
}

export interface CollectionSync {
  isBusy(): boolean
  reSync(): void
  /** Resolves when everything that the server had has been pulled once. */
  readonly first: Promise<void>
  standing(ids: readonly string[]): Promise<ReadonlyMap<string, Standing>>
  /** Writes the same content again, so that it is pushed. */
  pushAgain(ids: readonly string[]): Promise<void>
  /** From the beginning, under a new epoch. */
  startOver(): Promise<void>
  stop(): Promise<void>
}

/** A page of entries is decrypted, checked and written while the next one is fetched. */
export const kioskBatch = { pull: 500, push: 500 } as const

type Replication = SyncServerReplication<AnyDocument>

export async function createCollectionSync(parts: CollectionSyncParts): Promise<CollectionSync> {
  const { collection, definition, desk } = parts
  const first = Promise.withResolvers<void>()
  const onHeardAll = (): void => {
    first.resolve()
    parts.onHeardAll()
  }
  // A newest write that lies in the future means that the clock went back: what comes now would never be pushed.
  const clockWentBack = writesOwn(definition) && (await newestWriteIsInFuture(collection, parts.now()))
  if (clockWentBack) await raiseEpoch(desk, collection.name)

  const failed = (event: `replication.${string}`) => (error: unknown) =>
    parts.report(event, error, collection.name)
  let stopped = false
  // One that failed holds up none that comes after it: the next cause begins it anew.
  const inTurn = pLimit(1)
  const startOver = (): Promise<void> =>
    inTurn(async () => {
      if (stopped) return
      await running.cancel()
      await raiseEpoch(desk, collection.name)
      running = await startOne()
    })
  const onTrouble = ({ trouble, cause, documentId }: SyncError): void => {
    if (trouble === 'replicaFailed' && documentId === undefined) failed('replication.write')(cause)
    if (trouble === 'checkpointUnknown' || trouble === 'clockWentBack')
      void startOver().catch(failed('replication.startOver'))
  }
  const startOne = (): Promise<Replication> => startReplication({ ...parts, onHeardAll }, onTrouble)
  let running = await startOne()
  return {
    first: first.promise,
    isBusy: () => running.state.subjects.active.getValue(),
    reSync: () => running.reSync(),
    standing: (ids) => standingOf(collection, definition, running, ids),
    async pushAgain(ids) {
      for (const document of (await collection.findByIds([...ids]).exec()).values())
        await document.incrementalModify((stored) => stored)
    },
    startOver,
    async stop() {
      stopped = true
      await inTurn(() => running.cancel())
    },
  }
}

const writesOwn = (definition: KioskCollectionDefinition): boolean => definition.kiosk.writes === 'own'

async function startReplication(
  parts: CollectionSyncParts,
  onTrouble: (error: SyncError) => void,
): Promise<Replication> {
  const { collection, definition, desk, keys } = parts
  const epoch = await readEpoch(desk, collection.name)
  const isVisitors = collection.name === 'visitors'
  const replication = replicateToSyncServer<AnyDocument>({
    collection,
    replicationIdentifier: replicationName(collection.name, epoch),
    request: parts.request,
    now: parts.now,
    pull: {
      batchSize: kioskBatch.pull,
      ...(isVisitors ? { modifier: (document: WireDocument) => withPhoneIndex(keys, document) } : {}),
    },
    ...(writesOwn(definition)
      ? {
          push: {
            batchSize: kioskBatch.push,
            modifier: (document: WireDocument) => onlyKnown(definition, document) as WireDocument,
          },
        }
      : {}),
    onStored: parts.onSent,
    onCaughtUp: parts.onHeardAll,
    onServerTime: parts.onServerTime,
    onQuarantined: async (rows) => {
      for (const { id, error } of rows) await parts.onQuarantined(id, error)
      parts.onSent(rows.map(({ id }) => id))
    },
    onTrouble,
  })
  const watching = replication.state.active$.subscribe((isActive) => {
    if (!isActive) parts.onIdle()
  })
  replication.state.onCancel.push(() => watching.unsubscribe())
  void dropPastMetadata(collection, epoch).catch((error: unknown) =>
    parts.report('replication.dropMetadata', error, collection.name),
  )
  return replication
}

/** A document is on the server when RxDB's record of the server's state is what the document is now. */
async function standingOf(
  collection: AnyCollection,
  definition: KioskCollectionDefinition,
  { state }: Replication,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  const internal = state.internalReplicationState
  const found = await collection.storageInstance.findDocumentsById([...ids], true)
  const documents = new Map(found.map((document) => [document._id, document]))
  const assumed = internal === undefined ? {} : await getAssumedMasterState(internal, [...ids])
  const standingOne = (id: string): Standing => {
    const document = documents.get(id)
    if (document === undefined) return 'gone'
    const master = assumed[id]?.docData
    return master !== undefined && sameToReplica(definition, master, document) ? 'onServer' : 'here'
  }
  return new Map(ids.map((id) => [id, standingOne(id)]))
}

/**
 * The epoch of a collection is part of its replication's name: a raised epoch forgets every checkpoint, so that
 * everything is pulled and (idempotently) pushed again. Raised where the clock went back (trap 1), where the
 * server no longer knows our checkpoint, and where a row on the disk no longer opens.
 */
const metaKey = (collection: string): string => `epoch|${collection}`

export const readEpoch = async (desk: DeskStore, collection: string): Promise<number> =>
  (await desk.readMeta<number>(metaKey(collection))) ?? 0

export async function raiseEpoch(desk: DeskStore, collection: string): Promise<void> {
  await desk.writeMeta(metaKey(collection), (await readEpoch(desk, collection)) + 1)
}

export const replicationName = (collection: string, epoch: number): string => `chowki-${collection}-${epoch}`

/** RxDB keeps a second copy of every document as replication metadata: that of a past epoch is in nobody's use. */
export async function dropPastMetadata<T>(collection: RxCollection<T>, epoch: number): Promise<void> {
  const { database, name } = collection
  for (let past = epoch - 1; past >= 0 && past >= epoch - 3; past -= 1) {
    const hash = await database.hashFunction([name, replicationName(name, past)].join('-'))
    const { version } = collection.schema
    await Dexie.delete(`rxdb-dexie-${database.name}--${version}--rx-replication-meta-${hash}`)
  }
}
