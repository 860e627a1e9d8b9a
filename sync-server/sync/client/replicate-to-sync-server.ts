/**
 * One call per collection: joins an RxDB collection to the sync server. Options are named as in RxDB's own
 * replication plugins. Nothing here awaits the network: it returns at once, online or not (trap 10).
 */
import type { RxCollection } from 'rxdb'
import { replicateRxCollection } from 'rxdb/plugins/replication'
import type { RxReplicationState } from 'rxdb/plugins/replication'
import { limits } from '@chowki/shared/protocol/messages.ts'
import type { Checkpoint } from '@chowki/shared/protocol/messages.ts'
import type { SyncRequest } from './post-json.ts'
import { keepOriginOfInserts } from './keep-origin.ts'
import { createPullHandler } from './pull-handler.ts'
import type { PullModifier, RefusedDocument } from './push-handler.ts'
import type { PushTarget } from './push-rows.ts'
import { refuseOvertakenWrites } from './overtaken-writes.ts'
import { compareEverythingOnPull } from './replica-equality.ts'
import { createPushLog } from './push-log.ts'
import { createPushesUnderWay } from './pushes-under-way.ts'
import { refuseUnsafe } from './refuse-unsafe.ts'
import { createRequestGate } from './request-gate.ts'
import { asItIs, createRxPush, defaultBatch, typed } from './rx-push.ts'
import type { PushSide } from './rx-push.ts'
import { SyncError } from './sync-error.ts'
import { isPushCheckpointInFuture, watchWrites } from './watch-writes.ts'
import { createWriteEchoes, isEcho } from './write-echoes.ts'

export interface SyncServerReplicationOptions<RxDocType> {
  readonly collection: RxCollection<RxDocType>
  /** Another identifier is another replication: everything is pulled and pushed again, and nothing is doubled. */
  readonly replicationIdentifier: string
  readonly request: SyncRequest
  /** Where the sync routes are. Default `/api/sync`. */
  readonly path?: string
  /** Go on after the first time. Default true. */
  readonly live?: boolean
  /** Milliseconds until a failed request is tried again. Default 5000. */
  readonly retryTime?: number
  readonly autoStart?: boolean
  /** `modifier`: from the wire to the replica, e.g. to add local fields. Default batch 200. */
  readonly pull?: { readonly batchSize?: number; readonly modifier?: PullModifier }
  /** Leave out to only read. */
  readonly push?: PushSide
  /** Awaited before RxDB takes the rows for sent: keep them where people can see them (P4). */
  readonly onQuarantined?: (rows: readonly RefusedDocument[]) => void | Promise<void>
  /** The server holds these documents. */
  readonly onStored?: (ids: readonly string[]) => void
  /** Everything that the server had is here. */
  readonly onCaughtUp?: () => void
  readonly onServerTime?: (serverTime: number, roundTripMs: number) => void
  readonly onTrouble?: (error: SyncError) => void
  /** Epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number
}

export interface SyncServerReplication<RxDocType> {
  readonly state: RxReplicationState<RxDocType, Checkpoint>
  /** Pulls and pushes what there is, also while it waits after a fatal answer (new credentials have come). */
  reSync(): void
  cancel(): Promise<void>
}

/** Throws where the collection is made in a way that would lose or leak data: a bug to be seen at the first start. */
export function replicateToSyncServer<RxDocType>(
  options: SyncServerReplicationOptions<RxDocType>,
): SyncServerReplication<RxDocType> {
  const { collection, retryTime = 5_000, now = Date.now } = options
  refuseUnsafe(collection)
  compareEverythingOnPull(collection)
  const stopped = new AbortController()
  const onTrouble = (error: SyncError) => {
    // What fails because it was cancelled is no trouble.
    if (!stopped.signal.aborted) options.onTrouble?.(error)
  }
  const pullGate = createRequestGate(onTrouble)
  const pushGate = createRequestGate(onTrouble)
  const target: PushTarget = {
    request: options.request,
    path: `${options.path ?? '/api/sync'}/${collection.name}`,
    schemaVersion: collection.schema.version,
    onServerTime: options.onServerTime ?? (() => {}),
    signal: stopped.signal,
    now,
  }
  const pushLog = createPushLog()
  const pushesUnderWay = createPushesUnderWay((pulled, sent) => isEcho(collection, pulled, sent))
  const puller = createPullHandler({
    ...target,
    pushLog,
    pushesUnderWay,
    fromWire: options.pull?.modifier ?? asItIs,
    // Where nothing is pushed, RxDB takes whatever it pulls.
    writeEchoes: options.push ? createWriteEchoes(collection) : async () => [],
    onCaughtUp: options.onCaughtUp ?? (() => {}),
    onUnusable: (documentId, cause) =>
      onTrouble(
        new SyncError('replicaFailed', 'a document does not fit this replica', { documentId, cause }),
      ),
    startCycle(when) {
      const cycle = () => void (stopped.signal.aborted || state.reSync())
      setTimeout(cycle, when === 'soon' ? retryTime : 0)
    },
  })
  const watchOnce = once(async () => {
    watchWrites(state, puller, pushesUnderWay, onTrouble)
    if (!options.push) return
    refuseOvertakenWrites(state, puller.isOvertaken)
    void tellIfClockWentBack(state, now(), onTrouble)
    await keepOriginOfInserts(collection, state)
  })
  const push =
    options.push &&
    createRxPush(options.push, { ...options, target, pushLog, pushesUnderWay, gate: pushGate, onTrouble })
  const state = replicateRxCollection<RxDocType, Checkpoint>({
    collection,
    replicationIdentifier: options.replicationIdentifier,
    live: options.live ?? true,
    retryTime,
    autoStart: options.autoStart ?? true,
    waitForLeadership: false,
    pull: {
      // RxDB takes a page shorter than its batch for the last one: it must not ask for more than it can get (trap 4).
      batchSize: Math.min(options.pull?.batchSize ?? defaultBatch, limits.pullLimitMax),
      handler: async (checkpoint, batchSize) => {
        await watchOnce()
        const page = await pullGate.run(() => puller.handle(checkpoint, batchSize))
        return { checkpoint: page.checkpoint, documents: typed<RxDocType>(page.documents) }
      },
    },
    ...(push && {
      push: {
        ...push,
        handler: async (rows) => {
          await watchOnce()
          return push.handler(rows)
        },
      },
    }),
  })
  stopped.signal.addEventListener('abort', pushesUnderWay.endAll)
  // Also where the collection or the database is closed.
  state.onCancel.push(() => stopped.abort())
  return {
    state,
    reSync() {
      pullGate.release()
      pushGate.release()
      state.reSync()
    },
    async cancel() {
      stopped.abort()
      await state.cancel()
    },
  }
}

async function tellIfClockWentBack<RxDocType>(
  state: RxReplicationState<RxDocType, Checkpoint>,
  now: number,
  onTrouble: (error: SyncError) => void,
): Promise<void> {
  // The check is made again at the next start; the daily comparison is the net under it.
  const isInFuture = await isPushCheckpointInFuture(state, now).catch(() => false)
  if (isInFuture) onTrouble(new SyncError('clockWentBack', 'the push checkpoint lies in the future'))
}

function once<T>(work: () => T): () => T {
  let done: { readonly result: T } | undefined
  return () => (done ??= { result: work() }).result
}
