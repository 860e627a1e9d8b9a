/**
 * Personal fields at rest (P7): every field named in a schema's `encrypted` goes into ONE AES-256-GCM ciphertext
 * per document, stored as `sealed`; the indexed and the technical fields stay readable for the index. The
 * context is collection and id, so a sealed part moved to another row does not open.
 *
 * This stands on `RxStorageInstance` itself and not on RxDB's `wrapRxStorageInstance`, for three reasons: that
 * one decrypts change events again, concurrently, so that two quick writes may be told in the wrong order; it
 * encrypts `previous` of every write, of which only the revision is used; and one row that does not open
 * rejects the whole query. Here a row that does not open is reported and left out, and the others go on.
 */
import { map } from 'rxjs'
import type {
  BulkWriteRow,
  EventBulk,
  RxDocumentData,
  RxDocumentWriteData,
  RxJsonSchema,
  RxStorage,
  RxStorageChangeEvent,
  RxStorageInstance,
  RxStorageInstanceCreationParams,
  RxStorageWriteError,
} from 'rxdb'
import { base64ToBytes, bytesToBase64, utf8, seal, unseal } from '../keys/sealing.ts'
import { nextTurn } from './read-pages.ts'

export interface UnreadableRow {
  readonly collection: string
  readonly documentId: string
  /** As it lies on the disk; nothing in it is readable. */
  readonly raw: unknown
}

export interface EncryptionOptions {
  readonly key: CryptoKey
  readonly onUnreadable: (row: UnreadableRow) => void
}

type Fields = Record<string, unknown>
interface SealedFields {
  sealed?: string
}

export function encryptedStorage<Internals, Options>(
  storage: RxStorage<Internals, Options>,
  encryption: EncryptionOptions,
): RxStorage<Internals, Options> {
  return {
    name: storage.name,
    rxdbVersion: storage.rxdbVersion,
    async createStorageInstance<RxDocType>(params: RxStorageInstanceCreationParams<RxDocType, Options>) {
      const fields = params.schema.encrypted ?? []
      if (fields.length === 0) return storage.createStorageInstance<RxDocType>(params)
      const inner = await storage.createStorageInstance<RxDocType>({
        ...params,
        schema: schemaOnDisk(params.schema, fields),
      })
      return encryptedInstance(inner, params.schema, createSealer<RxDocType>(inner, fields, encryption))
    },
  }
}

/** What the storage below sees: no plain field that would be sealed. */
function schemaOnDisk<D>(
  schema: RxJsonSchema<RxDocumentData<D>>,
  fields: readonly string[],
): RxJsonSchema<RxDocumentData<D>> {
  const { encrypted: _encrypted, ...rest } = structuredClone(schema)
  const properties: Fields = { ...rest.properties }
  for (const field of fields) delete properties[field]
  properties['sealed'] = { type: 'string' }
  const required = (rest.required ?? []).filter((field) => !fields.includes(String(field)))
  return { ...rest, properties, required } as RxJsonSchema<RxDocumentData<D>>
}

interface Sealer<D> {
  toDisk(document: RxDocumentWriteData<D>): Promise<RxDocumentWriteData<D>>
  /** Null, after a report, where the sealed part does not open. */
  fromDisk(document: RxDocumentData<D>): Promise<RxDocumentData<D> | null>
}

function createSealer<D>(
  inner: RxStorageInstance<D, unknown, unknown>,
  fields: readonly string[],
  { key, onUnreadable }: EncryptionOptions,
): Sealer<D> {
  const collection = inner.collectionName
  const idField = primaryField(inner.schema)
  const contextOf = (document: Fields): string => `${collection}|${String(document[idField])}`
  return {
    async toDisk(document) {
      const open: Fields & SealedFields = { ...(document as Fields) }
      const secret: Fields = {}
      for (const field of fields) {
        if (open[field] !== undefined) secret[field] = open[field]
        delete open[field]
      }
      open.sealed = bytesToBase64(await seal(key, contextOf(open), utf8(JSON.stringify(secret))))
      return open as RxDocumentWriteData<D>
    },
    async fromDisk(document) {
      const { sealed, ...open } = document as Fields & SealedFields
      try {
        if (sealed === undefined) throw new Error('The sealed part is missing')
        const secret = await unseal(key, contextOf(open), base64ToBytes(sealed))
        return { ...open, ...(JSON.parse(new TextDecoder().decode(secret)) as Fields) } as RxDocumentData<D>
      } catch {
        // Told to whoever shows it; the server's copy is fetched again.
        onUnreadable({ collection, documentId: String(open[idField]), raw: document })
        return null
      }
    },
  }
}

function encryptedInstance<D, Internals, Options>(
  inner: RxStorageInstance<D, Internals, Options>,
  schema: RxJsonSchema<RxDocumentData<D>>,
  sealer: Sealer<D>,
): RxStorageInstance<D, Internals, Options> {
  // Change events carry the very objects that were written, so their plain form is known without decrypting.
  const plainOf = new WeakMap<object, RxDocumentData<D>>()
  const readAll = async (documents: readonly RxDocumentData<D>[]): Promise<RxDocumentData<D>[]> => {
    const read = await inSlices(documents, (slice) =>
      Promise.all(slice.map((document) => sealer.fromDisk(document))),
    )
    return read.filter((document) => document !== null)
  }
  const upToDate = createUpToDate()
  // Ends with the stream, when the instance closes.
  inner.changeStream().subscribe(upToDate.told)
  return {
    databaseName: inner.databaseName,
    collectionName: inner.collectionName,
    internals: inner.internals,
    options: inner.options,
    schema,
    count: (query) => inner.count(query),
    cleanup: (minimumDeletedTime) => inner.cleanup(minimumDeletedTime),
    remove: () => inner.remove(),
    close: () => inner.close(),
    getAttachmentData: (documentId, attachmentId, digest) =>
      inner.getAttachmentData(documentId, attachmentId, digest),
    query: (query) =>
      upToDate.read(async () => ({ documents: await readAll((await inner.query(query)).documents) })),
    findDocumentsById: (ids, withDeleted) =>
      inSlices(ids, async (slice) => readAll(await inner.findDocumentsById(slice, withDeleted))),
    changeStream: () => inner.changeStream().pipe(map((bulk) => plainBulk(bulk, plainOf))),
    bulkWrite: async (rows, context) => ({
      error: await inSlices(
        rows,
        async (slice) =>
          (await upToDate.write(() => writeSealed(inner, slice, context, sealer, plainOf))).error,
      ),
    }),
  }
}

/**
 * RxDB takes what a query gives for the state after every change that it has been told of by then. Opening sealed
 * rows takes time after they were read; a write that is told in that time would be missing from a live list until
 * the list's next change. So a read that a write has overtaken is made again, and where writes come without end they
 * wait for one read.
 */
export interface UpToDate {
  /** Changes are being told, now. */
  told(): void
  read<T>(work: () => Promise<T>): Promise<T>
  write<T>(work: () => Promise<T>): Promise<T>
}

/** A page of pulled documents is a few writes close together; a list is read between two pages. */
const triesBesideWrites = 3

export function createUpToDate(): UpToDate {
  let tellings = 0
  let readsAlone: Promise<unknown> = Promise.resolve()
  const readOnce = async <T>(work: () => Promise<T>): Promise<{ readonly value: T } | null> => {
    const before = tellings
    const value = await work()
    return tellings === before ? { value } : null
  }
  /** Only those writes still come between that had begun before. */
  const readAlone = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      const read = await readOnce(work)
      if (read !== null) return read.value
    }
  }
  return {
    told: () => void (tellings += 1),
    async read(work) {
      for (let tries = 0; tries < triesBesideWrites; tries += 1) {
        const read = await readOnce(work)
        if (read !== null) return read.value
      }
      const alone = readAlone(work)
      readsAlone = Promise.allSettled([readsAlone, alone])
      return alone
    },
    async write(work) {
      await readsAlone
      return work()
    },
  }
}

/**
 * A page of pulled documents is written in several transactions: a tap comes between two, and a guard's save need
 * not wait for the whole page. Replication takes a page that was cut off for one that it has not written.
 */
const sliceSize = 200

async function inSlices<T, R>(
  items: readonly T[],
  work: (slice: T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const done: R[] = []
  for (let start = 0; start < items.length; start += sliceSize) {
    if (start > 0) await nextTurn()
    done.push(...(await work(items.slice(start, start + sliceSize))))
  }
  return done
}

async function writeSealed<D>(
  inner: RxStorageInstance<D, unknown, unknown>,
  rows: BulkWriteRow<D>[],
  context: string,
  sealer: Sealer<D>,
  plainOf: WeakMap<object, RxDocumentData<D>>,
): Promise<{ error: RxStorageWriteError<D>[] }> {
  const sealedRows = await Promise.all(rows.map((row) => sealRow(row, sealer, plainOf)))
  const written = await inner.bulkWrite(sealedRows, context)
  if (written.error.length === 0) return written
  const idField = primaryField(inner.schema)
  const indexById = new Map(rows.map((row, n) => [String((row.document as Fields)[idField]), n]))
  const errors: RxStorageWriteError<D>[] = []
  const healed: BulkWriteRow<D>[] = []
  for (const error of written.error) {
    const row = rows[indexById.get(error.documentId) ?? -1]
    const sealedRow = sealedRows[indexById.get(error.documentId) ?? -1]
    if (row === undefined || sealedRow === undefined)
      throw new Error('An answer for a row that was not written')
    const inDb = error.status === 409 ? await sealer.fromDisk(error.documentInDb) : null
    if (error.status === 409 && inDb === null && row.previous === undefined) {
      // The writer saw no document, because the one on the disk does not open (and is kept in quarantine).
      const previous = { ...error.documentInDb }
      plainOf.set(previous, row.document as RxDocumentData<D>)
      healed.push({ document: sealedRow.document, previous })
    } else
      errors.push({
        ...error,
        writeRow: row,
        ...(inDb === null ? {} : { documentInDb: inDb }),
      } as RxStorageWriteError<D>)
  }
  if (healed.length > 0) errors.push(...(await inner.bulkWrite(healed, context)).error)
  return { error: errors }
}

async function sealRow<D>(
  row: BulkWriteRow<D>,
  sealer: Sealer<D>,
  plainOf: WeakMap<object, RxDocumentData<D>>,
): Promise<BulkWriteRow<D>> {
  const document = await sealer.toDisk(row.document)
  plainOf.set(document, row.document as RxDocumentData<D>)
  if (row.previous === undefined) return { document }
  // Of the previous state the storage compares the revision only; a plain field must not reach it even so.
  const { _rev, _deleted, _meta, _attachments } = row.previous
  const previous = { _rev, _deleted, _meta, _attachments } as RxDocumentData<D>
  plainOf.set(previous, row.previous)
  return { document, previous }
}

function plainBulk<D, Checkpoint>(
  bulk: EventBulk<RxStorageChangeEvent<D>, Checkpoint>,
  plainOf: WeakMap<object, RxDocumentData<D>>,
): EventBulk<RxStorageChangeEvent<D>, Checkpoint> {
  const plain = <T>(document: T): T => {
    if (typeof document !== 'object' || document === null) return document
    const known = plainOf.get(document)
    if (known === undefined) throw new Error('A change event holds a document that this page did not write')
    return known as T
  }
  return {
    ...bulk,
    events: bulk.events.map((event) => ({
      ...event,
      documentData: plain(event.documentData),
      previousDocumentData: plain(event.previousDocumentData),
    })) as typeof bulk.events,
  }
}

const primaryField = <D>(schema: RxJsonSchema<RxDocumentData<D>>): string =>
  typeof schema.primaryKey === 'string' ? schema.primaryKey : String(schema.primaryKey.key)
