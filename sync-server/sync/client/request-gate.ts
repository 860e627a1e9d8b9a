import { SyncError, fatalTroubles } from './sync-error.ts'

export interface RequestGate {
  /** Runs the work, tells of its failure, and throws it on. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Lets requests through again at once. */
  release(): void
}

const holdMs = 30_000

/**
 * RxDB repeats whatever fails every few seconds for ever. That is right for a network that is down, and a nuisance
 * to a server that has said no: after a fatal answer nothing is sent for a while. Each direction of each collection
 * has a gate of its own, so that none holds up another.
 */
export function createRequestGate(
  onTrouble: (error: SyncError) => void,
  monotonicNow: () => number = () => performance.now(),
): RequestGate {
  let held: { readonly error: SyncError; readonly until: number } | undefined

  return {
    async run(work) {
      if (held && monotonicNow() < held.until) throw held.error
      held = undefined
      try {
        return await work()
      } catch (cause) {
        const error =
          cause instanceof SyncError ? cause : new SyncError('replicaFailed', 'the replica failed', { cause })
        if (fatalTroubles.has(error.trouble)) held = { error, until: monotonicNow() + holdMs }
        onTrouble(error)
        throw error
      }
    },
    release() {
      held = undefined
    },
  }
}
