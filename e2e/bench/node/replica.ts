/** A kiosk's visits on RxDB's memory storage, validated as on the kiosk; Node has no IndexedDB to measure. */
import { addRxPlugin, createRxDatabase } from 'rxdb'
import type { MigrationStrategies, RxCollection, RxCollectionCreator, RxStorage } from 'rxdb'
import { RxDBMigrationSchemaPlugin } from 'rxdb/plugins/migration-schema'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { createConflictHandler } from '@chowki/shared/domain/merge.ts'
import { onlyKnown } from '@chowki/shared/projections/pick-fields.ts'
import { toRxdbSchema } from '@chowki/shared/projections/to-rxdb-schema.ts'
import type { RxdbSchema } from '@chowki/shared/projections/to-rxdb-schema.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import { kioskBatch } from '../../../renderer/data/replication/collection-sync.ts'
import type { SyncRequest } from '../../../sync-server/sync/client/post-json.ts'
import { replicateToSyncServer } from '../../../sync-server/sync/client/replicate-to-sync-server.ts'
import type { SyncServerReplication } from '../../../sync-server/sync/client/replicate-to-sync-server.ts'
import { validatedStorage } from '../../../sync-server/sync/client/validated-storage.ts'
import { newId } from '../frame/society.ts'
import type { EnrolledDevice } from '../../../build/services/enrol-device.ts'
import type { BenchServer } from '../workload.ts'

// A collection that has had a version before is not opened without it.
addRxPlugin(RxDBMigrationSchemaPlugin)

export const visitsDefinition = (() => {
  const found = kioskCollections.find(({ name }) => name === 'visitorEntries')
  if (found === undefined) throw new Error('The kiosk holds no visits.')
  return found
})()

/** Memory is no disk: RxDB's memory storage refuses a schema that asks for encryption at rest. */
const withoutEncryption = ({ encrypted: _fields, ...schema }: RxdbSchema): Omit<RxdbSchema, 'encrypted'> =>
  schema

export interface VisitReplica {
  readonly visits: RxCollection<VisitorEntry>
  close(): Promise<void>
}

export async function openReplica({ validated = true } = {}): Promise<VisitReplica> {
  const memory = getRxStorageMemory()
  const storage: RxStorage<unknown, unknown> = validated ? validatedStorage({ storage: memory }) : memory
  const database = await createRxDatabase<{ visitorEntries: RxCollection<VisitorEntry> }>({
    name: `bench-${newId()}`,
    storage,
    multiInstance: false,
  })
  await database.addCollections({
    visitorEntries: {
      schema: withoutEncryption(toRxdbSchema(visitsDefinition)) as RxCollectionCreator['schema'],
      migrationStrategies: (visitsDefinition.migrations ?? {}) as MigrationStrategies,
      conflictHandler: createConflictHandler(visitsDefinition) as NonNullable<
        RxCollectionCreator['conflictHandler']
      >,
    },
  })
  return { visits: database.collections.visitorEntries, close: async () => void (await database.close()) }
}

/** One after the other, as guards save: what is written in one go has one time, which RxDB's paging does not like. */
export async function saveEach({ visits }: VisitReplica, all: readonly VisitorEntry[]): Promise<void> {
  for (const visit of all) await visits.insert(visit)
}

export const requestAs =
  ({ origin }: Pick<BenchServer, 'origin'>, { token }: Pick<EnrolledDevice, 'token'>): SyncRequest =>
  (path, init) =>
    fetch(`${origin}${path}`, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` },
    })

export interface BenchReplicateOptions {
  readonly live?: boolean
  readonly onStored?: (ids: readonly string[]) => void
  readonly onTrouble?: (error: Error) => void
}

/** With the kiosk's own settings. */
export const replicateVisits = (
  visits: RxCollection<VisitorEntry>,
  request: SyncRequest,
  { live = false, onStored, onTrouble }: BenchReplicateOptions = {},
): SyncServerReplication<VisitorEntry> =>
  replicateToSyncServer<VisitorEntry>({
    collection: visits,
    replicationIdentifier: 'visitorEntries-0',
    request,
    live,
    pull: { batchSize: kioskBatch.pull },
    push: {
      batchSize: kioskBatch.push,
      modifier: (document) => onlyKnown(visitsDefinition, document) as WireDocument,
    },
    ...(onStored ? { onStored } : {}),
    ...(onTrouble ? { onTrouble } : {}),
  })

/** Resolves when all is pushed and pulled; rejects with the first trouble, which would only be tried again. */
export async function replicateOnce(visits: RxCollection<VisitorEntry>, request: SyncRequest): Promise<void> {
  const trouble = Promise.withResolvers<never>()
  const replication = replicateVisits(visits, request, { onTrouble: trouble.reject })
  // Not awaited: after a fatal answer it waits as long as the replication's own pause.
  const cancel = (): void => void replication.cancel().catch(() => undefined)
  await Promise.race([replication.state.awaitInitialReplication(), trouble.promise]).finally(cancel)
}
