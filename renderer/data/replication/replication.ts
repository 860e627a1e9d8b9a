/**
 * All collections of this desk against the server: started together, nudged by one stream, asked again every half
 * minute and whenever the network comes back. Nothing here is awaited by a guard's action.
 */
import type { WireError } from '@chowki/shared/protocol/messages.ts'
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import type { KioskCollectionDefinition } from '@chowki/shared/collections/registry.ts'
import type { KioskCollectionName } from '../desk/database/kiosk-collections.ts'
import type { Desk } from '../desk/open-desk.ts'
import { createCollectionSync } from './collection-sync.ts'
import type { AnyCollection, CollectionSync } from './collection-sync.ts'
import type { Connection } from './connection.ts'
import { startDailyCheck } from './daily-check.ts'
import type { DailyCheck } from './daily-check.ts'
import { watchNetwork } from './network-watch.ts'
import { createSettling } from './unsent-documents.ts'
import type { Standing } from './unsent-documents.ts'

export interface ReplicationParts {
  readonly desk: Desk
  readonly connection: Connection
  readonly now: () => number
  readonly onQuarantined: (collection: string, documentId: string, error: WireError) => Promise<void>
  /** Of the daily check, after the documents. */
  readonly checkPhotos: (signal: AbortSignal) => Promise<void>
  /** The network is free for photos. */
  readonly onIdle: () => void
  /** Everything that the server had at this time is here. */
  readonly onHeardAll: (at: number) => void
}

export interface Replication {
  isBusy(): boolean
  /** Resolves when the first replication of what a guard needs is through. */
  awaitFirst(onProgress: (done: number, total: number) => void): Promise<void>
  standing(collection: string, ids: readonly string[]): Promise<ReadonlyMap<string, Standing>>
  /** A person asks to try at once. */
  reconnect(): void
  /** The daily comparison, now. */
  readonly checkNow: DailyCheck['checkNow']
  startOver(collection: string): Promise<void>
  stop(): Promise<void>
}

/** Patrols are not needed to open the gate. */
const neededFirst: ReadonlySet<string> = new Set([
  'users',
  'flats',
  'residents',
  'preApprovals',
  'watchlist',
  'visitors',
  'personLinks',
  'visitorEntries',
])

export async function startReplication(parts: ReplicationParts): Promise<Replication> {
  const { desk, connection } = parts
  const syncs = new Map<KioskCollectionName, CollectionSync>()
  const isBusy = (): boolean => [...syncs.values()].some((sync) => sync.isBusy())
  const syncOf = (name: string): CollectionSync | undefined => syncs.get(name as KioskCollectionName)
  const standing: Replication['standing'] = async (name, ids) =>
    (await syncOf(name)?.standing(ids)) ?? new Map()
  const settling = createSettling({
    report: desk.report,
    settle: desk.unsent.settle,
    unsentIds: desk.unsent.ids,
    standing,
    isIdle: (name) => connection.current().online && syncOf(name)?.isBusy() === false,
    pushAgain: async (name, ids) => syncOf(name)?.pushAgain(ids),
  })
  const onHeardAll = createHeardAll(parts)
  for (const definition of kioskCollections) {
    const name = definition.name as KioskCollectionName
    const sync = await createCollectionSync({
      ...partsOf(parts, definition),
      onSent: (ids) => settling.soon(name, ids),
      onIdle: () => {
        settling.soon(name)
        if (!isBusy()) parts.onIdle()
      },
      onHeardAll: () => onHeardAll(name),
    })
    syncs.set(name, sync)
  }
  const network = watchNetwork({
    connection,
    reSync: (names) =>
      (names.length === 0 ? [...syncs.keys()] : names).forEach((name) => syncOf(name)?.reSync()),
  })
  const daily = startDailyCheck({
    report: desk.report,
    desk: desk.store,
    unsent: desk.unsent,
    collections: kioskCollections.map((definition) => ({
      definition,
      collection: collectionOf(desk, definition),
      startOver: async () => syncOf(definition.name)?.startOver(),
    })),
    request: connection.request,
    checkPhotos: parts.checkPhotos,
    isQuarantined: desk.quarantine.has,
    mayCheck: () => connection.current().online && !isBusy(),
    now: parts.now,
  })
  return {
    isBusy,
    standing,
    reconnect: network.reconnect,
    checkNow: daily.checkNow,
    awaitFirst: (onProgress) => awaitFirst(syncs, onProgress),
    startOver: async (name) => syncOf(name)?.startOver(),
    async stop() {
      daily.stop()
      network.stop()
      settling.stop()
      await Promise.all([...syncs.values()].map((sync) => sync.stop()))
    },
  }
}

const collectionOf = (desk: Desk, definition: KioskCollectionDefinition): AnyCollection =>
  desk.database.collections[definition.name as KioskCollectionName] as unknown as AnyCollection

const partsOf = (
  { desk, connection, now, onQuarantined }: ReplicationParts,
  definition: KioskCollectionDefinition,
) => ({
  collection: collectionOf(desk, definition),
  definition,
  desk: desk.store,
  report: desk.report,
  keys: desk.keys,
  request: connection.request,
  now,
  onServerTime: connection.serverTime,
  onQuarantined: (documentId: string, error: WireError) => onQuarantined(definition.name, documentId, error),
})

/** The desk knows everything up to the moment at which the slowest of its collections did. */
function createHeardAll({ now, onHeardAll }: ReplicationParts): (name: string) => void {
  const heard = new Map<string, number>()
  return (name) => {
    heard.set(name, now())
    if (heard.size === kioskCollections.length) onHeardAll(Math.min(...heard.values()))
  }
}

async function awaitFirst(
  syncs: ReadonlyMap<string, CollectionSync>,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const needed = [...syncs].filter(([name]) => neededFirst.has(name)).map(([, sync]) => sync)
  let done = 0
  onProgress(done, needed.length)
  await Promise.all(
    needed.map(async (sync) => {
      await sync.first
      done += 1
      onProgress(done, needed.length)
    }),
  )
}
