/**
 * Keys of documents that the server may not have, on the disk beside the documents themselves: a key is put by the
 * very transaction that puts its document. One flush makes both durable, and no crash comes between the two.
 *
 * RxDB keeps one Dexie database for each collection and shows it before it is opened (`onCreate`). There this adds
 * a table of its own, and a layer below RxDB's tables that adds declared keys to the transaction. Rejected: a
 * transaction of ours around RxDB's (RxDB tells its changes before the outer one has committed), and a flag in the
 * row (taking it off would be a change to push).
 */
import { Dexie } from 'dexie'
import type {
  DBCore,
  DBCoreMutateRequest,
  DBCoreMutateResponse,
  DBCoreTable,
  DBCoreTransaction,
  Table,
} from 'dexie'
import { documentKey } from '../desk-store.ts'
import type { UnsentDocument } from '../desk-store.ts'

export interface UnsentKeys {
  /** Of RxDB's Dexie settings. */
  onCreate(database: Dexie, name: string): void
  /** All keys on the disk; of collections that are open. */
  load(): Promise<readonly UnsentDocument[]>
  /** From now until `end` each write of these documents carries its key. */
  declare(rows: readonly UnsentDocument[]): Declarations
  remove(collection: string, documentIds: readonly string[]): Promise<void>
}

export interface Declarations {
  /** No write has carried them. */
  left(): readonly UnsentDocument[]
  end(): void
}

interface Declared {
  readonly row: UnsentDocument
  isCarried: boolean
}

interface KeyRow {
  readonly documentId: string
  readonly since: number
}

type KeysTable = Table<KeyRow, string>

const documentsTable = 'docs'
const keysTable = 'unsent'

export function createUnsentKeys(
  databaseName: string,
  collections: readonly { readonly name: string; readonly version: number }[],
): UnsentKeys {
  const declared = new Set<Declared>()
  const databases = new Map<string, Dexie>()
  // Asked for when needed: RxDB goes on declaring tables after `onCreate`, which makes them all anew.
  const keysOf = (collection: string): KeysTable | undefined => databases.get(collection)?.table(keysTable)
  /** So that nothing is written where there is nothing to take off. */
  const held = new Set<string>()
  return {
    onCreate(database, name) {
      const found = collections.find((one) => isOf(databaseName, one.name, name))
      if (found === undefined) return
      database.version(2).stores({ [keysTable]: '&documentId' })
      const carry: Carry = (documentIds) =>
        [...declared].flatMap((one) => {
          if (one.row.collection !== found.name || !documentIds.has(one.row.documentId)) return []
          one.isCarried = true
          held.add(one.row.key)
          return [one.row]
        })
      database.use({
        stack: 'dbcore',
        name: keysTable,
        create: (core) => withKeys(core, () => declared.size > 0, carry),
      })
      if (name === nameOf(databaseName, found)) databases.set(found.name, database)
    },
    async load() {
      const ofCollections = collections.map((one) => loadOne(databaseName, one, keysOf(one.name)))
      const rows = (await Promise.all(ofCollections)).flat()
      for (const { key } of rows) held.add(key)
      return rows
    },
    declare(rows) {
      const own = rows.map((row): Declared => ({ row, isCarried: false }))
      for (const one of own) declared.add(one)
      return {
        left: () => own.filter((one) => !one.isCarried).map(({ row }) => row),
        end: () => own.forEach((one) => declared.delete(one)),
      }
    },
    async remove(collection, documentIds) {
      const known = documentIds.filter((id) => held.has(documentKey(collection, id)))
      if (known.length === 0) return
      for (const id of known) held.delete(documentKey(collection, id))
      await keysOf(collection)?.bulkDelete(known)
    },
  }
}

/** As RxDB names them. */
const nameOf = (databaseName: string, { name, version }: { name: string; version: number }): string =>
  `rxdb-dexie-${databaseName}--${version}--${name}`

const isOf = (databaseName: string, collection: string, name: string): boolean =>
  name.startsWith(`rxdb-dexie-${databaseName}--`) &&
  /^\d+$/.test(name.slice(`rxdb-dexie-${databaseName}--`.length, -`--${collection}`.length)) &&
  name.endsWith(`--${collection}`)

type Carry = (documentIds: ReadonlySet<unknown>) => UnsentDocument[]

function withKeys(core: DBCore, isWanted: () => boolean, carry: Carry): DBCore {
  // One that began before the declaration may not touch the keys' table.
  const wide = new WeakSet<DBCoreTransaction>()
  return {
    ...core,
    transaction(stores, mode, options) {
      const isWide = mode === 'readwrite' && stores.includes(documentsTable) && isWanted()
      const opened = core.transaction(isWide ? [...stores, keysTable] : stores, mode, options)
      if (isWide) wide.add(opened)
      return opened
    },
    table(name) {
      const table = core.table(name)
      if (name !== documentsTable) return table
      return {
        ...table,
        mutate: (request) =>
          wide.has(request.trans)
            ? putWithKeys(table, core.table(keysTable), request, carry)
            : table.mutate(request),
      }
    },
  }
}

function putWithKeys(
  documents: DBCoreTable,
  keys: DBCoreTable,
  request: DBCoreMutateRequest,
  carry: Carry,
): Promise<DBCoreMutateResponse> {
  const isPut = request.type === 'put' || request.type === 'add'
  const ids = new Set(isPut ? request.values.map((row: { readonly _id?: unknown }) => row._id) : [])
  const rows = carry(ids).map(({ documentId, since }): KeyRow => ({ documentId, since }))
  if (rows.length === 0) return documents.mutate(request)
  // Both are asked for at once: one after the other would be one more way to the disk's process and back.
  const both = Dexie.Promise.all([
    keys.mutate({ type: 'put', trans: request.trans, values: rows }),
    documents.mutate(request),
  ]) as Promise<[DBCoreMutateResponse, DBCoreMutateResponse]>
  return both.then(([ofKeys, ofDocuments]) => {
    if (ofKeys.numFailures > 0) throw ofKeys.failures[0] ?? new Error('A key could not be written')
    return ofDocuments
  })
}

/** A new version of a collection is a new database, into which RxDB copies the documents, and this their keys. */
async function loadOne(
  databaseName: string,
  collection: { readonly name: string; readonly version: number },
  table: KeysTable | undefined,
): Promise<UnsentDocument[]> {
  if (table === undefined) return []
  for (let version = 0; version < collection.version; version += 1)
    await moveKeys(nameOf(databaseName, { name: collection.name, version }), table)
  return (await table.toArray()).map(({ documentId, since }) => ({
    key: documentKey(collection.name, documentId),
    collection: collection.name,
    documentId,
    since,
  }))
}

async function moveKeys(from: string, to: KeysTable): Promise<void> {
  if (!(await Dexie.exists(from))) return
  const past = await new Dexie(from).open()
  try {
    const table = past.tables.find(({ name }) => name === keysTable)
    const rows: KeyRow[] = (await table?.toArray()) ?? []
    if (table === undefined || rows.length === 0) return
    await to.bulkPut(rows)
    await table.clear()
  } finally {
    past.close()
  }
}
