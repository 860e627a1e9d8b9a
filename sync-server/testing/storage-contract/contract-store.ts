/** What the parts of the storage contract work with. Only tests import it. */
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import type { Journal } from '../../storage/log.ts'
import type { QuarantineRow, StoreWrite, SyncStorage } from '../../storage/storage.ts'

export interface ContractStore {
  readonly storage: SyncStorage
  /** Of another server on the same data; the same where a store has only one. */
  readonly otherServer: SyncStorage
  /** Everything in quarantine, whatever the adapter's form. */
  quarantined(): Promise<readonly Pick<QuarantineRow, 'documentId' | 'hash'>[]>
  close(): Promise<void>
}

export interface ContractStoreOptions {
  readonly beforeCommit?: (partition: string) => Promise<void>
  readonly journal?: Journal
}

/** A fresh, empty store, closed when its test ends. */
export type OpenStore = (options?: ContractStoreOptions) => Promise<ContractStore>

let nextId = 1
export const newId = () => (nextId++).toString(16).padStart(24, '0')
export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

export const thing = (ownerId: string, fields: Partial<WireDocument> = {}): StoreWrite => {
  const id = newId()
  return { id, deleted: false, document: { _id: id, ownerId, kind: 'plain', ...fields } }
}

export const changed = (write: StoreWrite, fields: Record<string, unknown>): StoreWrite => ({
  ...write,
  document: { ...write.document, ...fields },
})

export const insert = (storage: SyncStorage, partition: string, ...writes: StoreWrite[]) =>
  storage.transact(partition, async (tx) => tx.insert('things', writes))

export const replace = (storage: SyncStorage, partition: string, ...writes: StoreWrite[]) =>
  storage.transact(partition, async (tx) => {
    await tx.read(
      'things',
      writes.map((write) => write.id),
    )
    tx.replace('things', writes)
  })
