/** What RxDB tells of its own writes: which checkpoint is on disk, and what failed. */
import type { RxReplicationState } from 'rxdb/plugins/replication'
import type { Checkpoint } from '@chowki/shared/protocol/messages.ts'
import type { PullHandler } from './pull-handler.ts'
import type { PushesUnderWay } from './pushes-under-way.ts'
import { SyncError } from './sync-error.ts'

interface WriteFailure {
  readonly parameters?: { readonly writeError?: { readonly status?: number; readonly documentId?: string } }
}

interface CheckpointRow {
  readonly itemId?: string
  readonly isCheckpoint?: string
  readonly checkpointData?: unknown
}

/** The schema's validator, wherever it is wrapped in, answers a write with this. */
const refusedBySchema = 422

/** RxDB's own name for the writing of what it has pushed. */
const recordOfPush = 'replication-up-write-meta'

/** To be called from a handler: before its first call RxDB has no instance to watch. */
export function watchWrites<RxDocType>(
  state: RxReplicationState<RxDocType, Checkpoint>,
  puller: PullHandler,
  pushesUnderWay: PushesUnderWay,
  onTrouble: (error: SyncError) => void,
): void {
  const { metaInstance, internalReplicationState } = state
  if (!metaInstance || !internalReplicationState) throw new Error('the replication has not started')
  const write = metaInstance.bulkWrite.bind(metaInstance)
  let recording: Promise<unknown> = Promise.resolve()
  metaInstance.bulkWrite = (rows, context) => {
    const written = write(rows, context)
    if (context !== recordOfPush) return written
    // Whether it was written or not: RxDB does not try again.
    const end = () => pushesUnderWay.end(rows.map(({ document }) => document.itemId))
    // RxDB, to whom `written` goes, sees to the failure.
    recording = written.then(end, end)
    return written
  }
  const subscriptions = [
    metaInstance.changeStream().subscribe(({ events }) => {
      for (const { documentData } of events) {
        const row = documentData as unknown as CheckpointRow
        if (row.isCheckpoint === '1' && row.itemId === 'down') {
          puller.checkpointWritten(row.checkpointData as Checkpoint)
        }
      }
    }),
    internalReplicationState.events.error.subscribe((cause) => {
      const failure = (cause as WriteFailure).parameters?.writeError
      const documentId = failure?.status === refusedBySchema ? failure.documentId : undefined
      // A refused document is told of by the puller, once.
      if (documentId === undefined) {
        onTrouble(new SyncError('replicaFailed', 'the replica could not write', { cause }))
      }
      puller.writeFailed(cause, documentId)
    }),
  ]
  state.onCancel.push(async () => {
    subscriptions.forEach((subscription) => subscription.unsubscribe())
    // What is written after the next replication has begun to read would be in its way, and RxDB ends without waiting.
    await Promise.all([recording, puller.isWriting() && internalReplicationState.streamQueue.down])
  })
}

/**
 * RxDB's push checkpoint is a wall clock. One that lies in the future skips every write until then, without an
 * error (trap 1). `clock-guard.ts` sees this by the documents; this sees it where the document itself is gone.
 */
export async function isPushCheckpointInFuture<RxDocType>(
  state: RxReplicationState<RxDocType, Checkpoint>,
  now: number,
): Promise<boolean> {
  const [row] = (await state.metaInstance?.findDocumentsById(['up|1'], false)) ?? []
  const checkpoint = (row as CheckpointRow | undefined)?.checkpointData as { lwt?: unknown } | undefined
  return typeof checkpoint?.lwt === 'number' && checkpoint.lwt > now
}
