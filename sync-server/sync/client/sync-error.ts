import type { ChowkiError } from '@chowki/shared/errors/codes.ts'

/** What went wrong, as far as the replica's application must act on it. Everything not fatal is tried again. */
export type SyncTrouble =
  /** No answer: the network is down. Nothing to do. */
  | 'unreachable'
  /** The credentials are no longer good (401). Fatal until they are renewed. */
  | 'unauthenticated'
  /** Replica and server are too many versions apart (426). Fatal until one is updated. */
  | 'outdated'
  /** The server has another history than the checkpoint's: replicate under a new identifier. */
  | 'checkpointUnknown'
  /** The push checkpoint lies in the future: writes would be skipped (trap 1). Replicate under a new identifier. */
  | 'clockWentBack'
  /** Any other 4xx. */
  | 'refused'
  /** 5xx. */
  | 'serverFailed'
  /** The replica's own database failed, or refuses a document of the server's. Reconcile when it is well again. */
  | 'replicaFailed'
  /** One document conflicts again and again: two sides disagree about what the merge is (trap 7). */
  | 'conflictLoop'

export const fatalTroubles: ReadonlySet<SyncTrouble> = new Set([
  'unauthenticated',
  'outdated',
  'checkpointUnknown',
])

export class SyncError extends Error {
  override name = 'SyncError'
  readonly trouble: SyncTrouble
  /** What the server said, where it said something. */
  readonly answer: ChowkiError | undefined
  readonly status: number | undefined
  /** The document that it is about, where it is about one. */
  readonly documentId: string | undefined

  constructor(
    trouble: SyncTrouble,
    message: string,
    details: { answer?: ChowkiError; status?: number; documentId?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause })
    this.trouble = trouble
    this.answer = details.answer
    this.status = details.status
    this.documentId = details.documentId
  }
}

export function troubleOfStatus(status: number, code: string | undefined): SyncTrouble {
  if (status === 401) return 'unauthenticated'
  if (status === 426) return 'outdated'
  if (status === 410 && code === 'checkpoint_unknown') return 'checkpointUnknown'
  return status >= 500 ? 'serverFailed' : 'refused'
}
