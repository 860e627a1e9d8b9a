import type { CommitListener } from './storage.ts'

export interface CommitListeners {
  add(listener: CommitListener): () => void
  readonly tell: CommitListener
  count(): number
}

/** A listener's own failure must not look like the failure of a write that is committed already. */
export function createCommitListeners(onListenerError: (error: unknown) => void = () => {}): CommitListeners {
  const listeners = new Set<CommitListener>()

  return {
    add(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    count: () => listeners.size,
    tell(partition, collections, writer) {
      for (const listener of listeners) {
        try {
          listener(partition, collections, writer)
        } catch (error) {
          onListenerError(error)
        }
      }
    },
  }
}
