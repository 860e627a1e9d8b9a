import type { CommitListener } from './storage.ts'

export interface CommitListeners {
  add(listener: CommitListener): () => void
  tell(partition: string, collections: readonly string[]): void
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
    tell(partition, collections) {
      for (const listener of listeners) {
        try {
          listener(partition, collections)
        } catch (error) {
          onListenerError(error)
        }
      }
    },
  }
}
