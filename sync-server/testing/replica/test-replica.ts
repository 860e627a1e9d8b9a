/** A real RxDB replica of `notes`, on any storage. */
import { createRxDatabase } from 'rxdb'
import type { RxCollection, RxConflictHandlerInput, RxDatabase, RxStorage, WithDeleted } from 'rxdb'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { canonicalJson } from '@chowki/shared/domain/canonical-json.ts'
import { replicateToSyncServer } from '../../sync/client/replicate-to-sync-server.ts'
import { validatedStorage } from '../../sync/client/validated-storage.ts'
import type {
  SyncServerReplication,
  SyncServerReplicationOptions,
} from '../../sync/client/replicate-to-sync-server.ts'

export interface Note {
  _id: string
  ownerId: string
  updatedAt: number
  text: string
  tags?: string[]
  body?: string
  arrivedAt?: number
}

export const noteSchema = {
  version: 0,
  primaryKey: '_id',
  type: 'object',
  properties: {
    _id: { type: 'string', maxLength: 24 },
    ownerId: { type: 'string', maxLength: 24 },
    updatedAt: { type: 'number' },
    text: { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
    body: { type: 'string' },
    arrivedAt: { type: 'number' },
  },
  required: ['_id', 'ownerId', 'updatedAt', 'text'],
  additionalProperties: false,
} as const

export interface TestReplica {
  readonly database: RxDatabase<{ notes: RxCollection<Note> }>
  readonly notes: RxCollection<Note>
  replicate(options: ReplicateOptions): SyncServerReplication<Note>
  write(fields: Partial<Note> & Pick<Note, '_id' | 'ownerId'>): Promise<void>
  /** Every document, by id. */
  all(): Promise<Note[]>
  close(): Promise<void>
}

export type ReplicateOptions = Pick<SyncServerReplicationOptions<Note>, 'request'> &
  Partial<SyncServerReplicationOptions<Note>>

export interface TestReplicaOptions {
  readonly name?: string
  readonly storage?: RxStorage<unknown, unknown>
  readonly multiInstance?: boolean
  readonly schema?: object
}

let databases = 0

export async function openTestReplica(options: TestReplicaOptions = {}): Promise<TestReplica> {
  const { storage = getRxStorageMemory(), multiInstance = false, schema = noteSchema } = options
  const database = await createRxDatabase<{ notes: RxCollection<Note> }>({
    name: options.name ?? `replica-${++databases}-${Math.random().toString(36).slice(2)}`,
    storage: validatedStorage({ storage: storage as RxStorage<never, never> }),
    multiInstance,
    closeDuplicates: false,
  })
  await database.addCollections({
    notes: { schema: schema as never, conflictHandler: { isEqual: isSameNote, resolve: mergeNotes } },
  })
  const { notes } = database.collections
  return {
    database,
    notes,
    replicate: (more) =>
      replicateToSyncServer({
        collection: notes,
        replicationIdentifier: 'notes-0',
        retryTime: 100,
        push: {},
        ...more,
      }),
    async write(fields) {
      await notes.upsert({ text: '', updatedAt: Date.now(), ...fields })
    },
    async all() {
      const found = await notes.find({ sort: [{ _id: 'asc' }] }).exec()
      return found.map((document) => document.toMutableJSON())
    },
    close: async () => void (await database.close()),
  }
}

const owned = ({ arrivedAt: _stamped, ...fields }: WithDeleted<Note>) => fields
const isSameNote = (a: WithDeleted<Note>, b: WithDeleted<Note>) =>
  canonicalJson(owned(a)) === canonicalJson(owned(b))

/** Mine where I changed it, else theirs; tags of both sides. */
async function mergeNotes(input: RxConflictHandlerInput<Note>): Promise<WithDeleted<Note>> {
  const { assumedMasterState: base, newDocumentState: mine, realMasterState: theirs } = input
  const tags = [...new Set([...(theirs.tags ?? []), ...(mine.tags ?? [])])]
  return {
    ...theirs,
    text: base && mine.text !== base.text ? mine.text : theirs.text,
    updatedAt: Math.max(mine.updatedAt, theirs.updatedAt),
    ...(tags.length > 0 ? { tags } : {}),
  }
}

/** Resolves when `check` holds; fails with its last answer after `timeoutMs`. */
export async function eventually<T>(
  check: () => Promise<T>,
  holds: (value: T) => boolean,
  timeoutMs = 10_000,
) {
  const until = Date.now() + timeoutMs
  for (;;) {
    const value = await check()
    if (holds(value)) return value
    if (Date.now() > until)
      throw new Error(`never came true; last seen: ${JSON.stringify(value)?.slice(0, 400)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
