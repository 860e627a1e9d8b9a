/**
 * The one way into a society's collections. `write` authorises the caller, judges each record by its collection's schema,
 * numbers it and writes the audit entry, all in one transaction; SPEC.md has the rules.
 */
import { maskAadhaarIn } from '@chowki/shared/domain/aadhaar.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import type { PageQuery } from '../storage/pages.ts'
import type { FieldValues, FindOptions, QuarantineRow, SyncStorage } from '../storage/storage.ts'
import { auditFields, toAuthor } from './caller.ts'
import type { Caller } from './caller.ts'
import type { RecordName, RecordOf, RecordRow, RecordsTransaction } from './records-transaction.ts'
import { toRecordError, WriteForbidden } from './record-errors.ts'
import { guardReplicas, recordsTransaction, toRecordRow } from './records-transaction.ts'
import { createViews } from './views.ts'
import type { RecordView } from './views.ts'

/** For rooms, which know no storage. */
export type RecordPageQuery = PageQuery
export type FindWhere = FieldValues

export interface Records {
  /**
   * All or nothing. `work` may run more than once, so it has no other effect. Rejects with `WriteForbidden`,
   * `RecordRefused`, `RecordIdTaken`, the store's `StoreUnavailable`, or what `work` threw.
   */
  write<T>(
    caller: Caller,
    societyId: string,
    work: (transaction: RecordsTransaction) => Promise<T>,
  ): Promise<T>
  insert(
    caller: Caller,
    societyId: string,
    name: RecordName,
    ...documents: readonly WireDocument[]
  ): Promise<void>
  /** `change` gives the whole new record, or null to leave it. False when there is no such record. */
  change<N extends RecordName>(
    caller: Caller,
    societyId: string,
    name: N,
    id: string,
    change: (record: RecordOf<N>) => RecordOf<N> | null,
  ): Promise<boolean>
  /** Records whose fields have these values, removed ones left out. */
  find<N extends RecordName>(
    societyId: string,
    name: N,
    where: FieldValues,
    options?: FindOptions,
  ): Promise<RecordOf<N>[]>
  /** A page of records, removed ones left out, the audit's entries too. */
  page<N extends RecordName>(societyId: string, name: N, query: PageQuery): Promise<RecordRow<N>[]>
  /** For what is asked for before a society is known. */
  locate<N extends RecordName>(name: N, id: string): Promise<RecordOf<N> | null>
  /** Every society that ever had data here, erased ones too. */
  societyIds(): Promise<string[]>
  /** Resolves when the look is in the audit: a look that cannot be recorded does not happen. */
  readonly view: RecordView
  /** Refused rows are no records: they are kept as they came, by the store's own rules. */
  quarantine(row: QuarantineRow): Promise<void>
  /** For replication, whose authors are devices and which has judged its rows by the same schema. */
  readonly replicas: SyncStorage
}

export interface RecordsParts {
  /** Its journal is `createJournal`'s. */
  readonly storage: SyncStorage
  /** Epoch milliseconds. */
  readonly now: () => number
}

export function createRecords({ storage, now }: RecordsParts): Records {
  const write: Records['write'] = async (caller, societyId, work) => {
    try {
      return await storage.transact(
        societyId,
        (transaction) => work(recordsTransaction(caller, societyId, transaction)),
        toAuthor(caller),
      )
    } catch (error) {
      if (error instanceof WriteForbidden) await logForbidden(caller, societyId, error)
      throw toRecordError(error)
    }
  }

  const logForbidden = (caller: Caller, societyId: string, { collection }: WriteForbidden) =>
    storage.transact(societyId, async (transaction) =>
      transaction.log({
        ...auditFields(toAuthor(caller), now()),
        action: `${collection}.written`,
        subjectCollection: collection,
        outcome: 'refused',
      }),
    )

  return {
    write,
    insert: (caller, societyId, name, ...documents) =>
      write(caller, societyId, async (transaction) => transaction.insert(name, ...documents)),
    change: (caller, societyId, name, id, change) =>
      write(caller, societyId, async (transaction) => {
        const record = (await transaction.read(name, [id])).get(id)
        const changed = record && change(record)
        if (changed) transaction.replace(name, changed as WireDocument)
        return record !== undefined
      }),
    async find<N extends RecordName>(societyId: string, name: N, where: FieldValues, options?: FindOptions) {
      const rows = await storage.find(societyId, name, where, options)
      return rows.map(({ document }) => document as unknown as RecordOf<N>)
    },
    async page<N extends RecordName>(societyId: string, name: N, query: PageQuery) {
      return (await storage.page(societyId, name, query)).map((row) => toRecordRow<N>(row))
    },
    async locate<N extends RecordName>(name: N, id: string) {
      const row = await storage.locate(name, id)
      return row && !row.deleted ? (row.document as unknown as RecordOf<N>) : null
    },
    societyIds: () => storage.partitions(),
    view: createViews(storage, now),
    quarantine: (row) => storage.quarantine(maskAadhaarIn(row)),
    replicas: guardReplicas(storage),
  }
}
