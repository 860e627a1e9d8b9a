/**
 * Commits of other servers on the same database, by a change stream on the partitions' heads. Nothing rests on it:
 * a commit that is missed while the stream is away is found by the replicas' own clock. So it is opened with the
 * first listener, opened again when it breaks, and never reported as a failure of anything.
 */
import type { ChangeStream, Db } from 'mongodb'
import type { CommitListener } from '../storage.ts'
import { syncHeadsName } from './sync-heads.ts'
import type { SyncHead } from './sync-heads.ts'

export interface CommitWatch {
  open(): void
  close(): void
}

const reopenAfterMs = 1_000

/** `self`: the `by` of this server's own commits, which it tells of without the way round. */
export function createCommitWatch(db: Db, self: string, tell: CommitListener): CommitWatch {
  let stream: ChangeStream<SyncHead> | undefined
  let timer: NodeJS.Timeout | undefined

  function open(): void {
    if (stream) return
    const opened = db.collection<SyncHead>(syncHeadsName).watch<SyncHead>(
      [
        {
          $match: {
            operationType: { $in: ['insert', 'update'] },
            'updateDescription.updatedFields.lastCommit.by': { $ne: self },
          },
        },
      ],
      { maxAwaitTimeMS: 10_000 },
    )
    stream = opened
    opened.on('change', (change) => {
      if (change.operationType !== 'insert' && change.operationType !== 'update') return
      const { lastCommit } =
        change.operationType === 'insert'
          ? change.fullDocument
          : (change.updateDescription.updatedFields ?? {})
      if (lastCommit && lastCommit.by !== self) tell(change.documentKey._id, lastCommit.collections)
    })
    const reopen = () => {
      if (stream !== opened) return
      stream = undefined
      // It has failed, or goes: there is nothing left to close.
      void opened.close().catch(() => undefined)
      timer = setTimeout(open, reopenAfterMs)
      timer.unref()
    }
    opened.on('error', reopen)
    opened.on('close', reopen)
  }

  return {
    open,
    close() {
      clearTimeout(timer)
      const opened = stream
      stream = undefined
      // It has failed, or goes: there is nothing left to close.
      void opened?.close().catch(() => undefined)
    },
  }
}
