/** A store's transaction behind the rules on who may write what, and of which form. */
import type { CollectionDefinition, DocumentOf } from '@chowki/shared/collections/define-collection.ts'
import { collections, serverOnlyCollections } from '@chowki/shared/collections/registry.ts'
import { maskAadhaarIn } from '@chowki/shared/domain/aadhaar.ts'
import { validateDocument } from '@chowki/shared/projections/validate.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import type { StoredDocument, StoreTransaction, SyncStorage } from '../storage/storage.ts'
import { rulesOf, toAuthor } from './caller.ts'
import type { Caller } from './caller.ts'
import { RecordRefused, WriteForbidden } from './record-errors.ts'

type Definitions = typeof collections & typeof serverOnlyCollections

export type RecordName = keyof Definitions
export type RecordOf<N extends RecordName> = DocumentOf<Definitions[N]>

const definitions: Readonly<Record<string, CollectionDefinition>> = {
  ...collections,
  ...serverOnlyCollections,
}

export function definitionOf(collection: string): CollectionDefinition {
  const found = Object.hasOwn(definitions, collection) ? definitions[collection] : undefined
  if (!found) throw new Error(`no such collection: ${collection}`)
  return found
}

/** Valid only inside `write`. */
export interface RecordsTransaction {
  /** By id; removed ones are left out. */
  read<N extends RecordName>(name: N, ids: readonly string[]): Promise<Map<string, RecordOf<N>>>
  /** The same with their numbers. */
  readRows<N extends RecordName>(name: N, ids: readonly string[]): Promise<Map<string, RecordRow<N>>>
  insert(name: RecordName, ...documents: readonly WireDocument[]): void
  /** Whole documents, in place of those that are there. */
  replace(name: RecordName, ...documents: readonly WireDocument[]): void
  /** Leaves tombstones, which replicas follow. */
  remove(name: RecordName, ...documents: readonly WireDocument[]): void
}

/** A record as it lies in the store. */
export interface RecordRow<N extends RecordName = RecordName> {
  readonly record: RecordOf<N>
  /** Its society's number at the record's last write; 0 for entries of the audit, which have none. */
  readonly seq: number
}

export const toRecordRow = <N extends RecordName>({ document, seq }: StoredDocument): RecordRow<N> => ({
  record: document as unknown as RecordOf<N>,
  seq,
})

export function recordsTransaction(
  caller: Caller,
  societyId: string,
  transaction: StoreTransaction,
): RecordsTransaction {
  const toWrites = (name: RecordName, documents: readonly WireDocument[], deleted = false) => {
    authorise(caller, name)
    return documents.map((given) => {
      const document = maskAadhaarIn(given)
      judge(name, societyId, document)
      return { id: document._id, deleted, document }
    })
  }
  async function readRows<N extends RecordName>(name: N, ids: readonly string[]) {
    const rows = [...(await transaction.read(name, ids)).values()].filter(({ deleted }) => !deleted)
    return new Map(rows.map((row) => [row.id, toRecordRow<N>(row)]))
  }
  return {
    readRows,
    async read<N extends RecordName>(name: N, ids: readonly string[]) {
      const rows = await readRows(name, ids)
      return new Map([...rows].map(([id, { record }]) => [id, record]))
    },
    insert: (name, ...documents) => transaction.insert(name, toWrites(name, documents)),
    replace: (name, ...documents) => transaction.replace(name, toWrites(name, documents)),
    remove: (name, ...documents) => transaction.replace(name, toWrites(name, documents, true)),
  }
}

function authorise(caller: Caller, collection: string): void {
  if (!rulesOf(caller).mayWrite(definitionOf(collection))) throw new WriteForbidden(collection)
}

function judge(name: RecordName, societyId: string, document: WireDocument): void {
  const valid = validateDocument(definitionOf(name), document)
  if (!valid.ok) throw new RecordRefused(document._id, valid.error.field, valid.error.message)
  if (document['societyId'] !== societyId) {
    throw new RecordRefused(document._id, 'societyId', 'is of another society')
  }
}

/** The author of each write is a device; the errors are the store's own, which replication knows. */
export const guardReplicas = (storage: SyncStorage): SyncStorage => ({
  ...storage,
  transact(societyId, work, author) {
    if (!author) throw new Error('a replica writes without its name')
    const device: Caller = { kind: 'device', id: author.id }
    return storage.transact(societyId, (transaction) => work(guarded(device, transaction)), toAuthor(device))
  },
})

const guarded = (caller: Caller, transaction: StoreTransaction): StoreTransaction => ({
  ...transaction,
  insert(collection, writes) {
    authorise(caller, collection)
    transaction.insert(collection, writes)
  },
  replace(collection, writes) {
    authorise(caller, collection)
    transaction.replace(collection, writes)
  },
})
