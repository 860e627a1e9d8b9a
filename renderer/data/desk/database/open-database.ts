/** The kiosk's collections on RxDB: validated, encrypted, durable. Opening awaits nothing but the disk. */
import { addRxPlugin, createRxDatabase } from 'rxdb'
import type { RxCollectionCreator, RxStorage } from 'rxdb'
import { RxDBMigrationSchemaPlugin } from 'rxdb/plugins/migration-schema'
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie'
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import type { KioskCollectionDefinition } from '@chowki/shared/collections/registry.ts'
import { createConflictHandler } from '@chowki/shared/domain/merge.ts'
import { toRxdbSchema } from '@chowki/shared/projections/to-rxdb-schema.ts'
import { validatedStorage } from '@chowki/sync-server/sync/client/validated-storage.ts'
import type { DeskKeys } from '../keys/desk-keys.ts'
import { derivedVisitorFields, localVisitorFields } from './blind-index.ts'
import { encryptedStorage } from './encrypted-storage.ts'
import type { UnreadableRow } from './encrypted-storage.ts'
import type { KioskCollections, KioskDatabase } from './kiosk-collections.ts'
import type { UnsentKeys } from './unsent-keys.ts'

addRxPlugin(RxDBMigrationSchemaPlugin)

export interface KioskDatabaseOptions {
  readonly name: string
  readonly keys: DeskKeys
  readonly onUnreadable: (row: UnreadableRow) => void
  /** Of documents that the server may not have; their keys lie beside them. */
  readonly unsentKeys?: Pick<UnsentKeys, 'onCreate'>
}

/**
 * Chromium's default, relaxed, lets a power cut take back what was acknowledged (measured: 120 of 120 inserts).
 * Kill tests do not show it, so a test reads this constant at the database itself.
 */
export const transactionDurability = 'strict'

/**
 * Lists follow changes this much later (milliseconds), so that a guard's save is answered before they are worked out
 * anew, and a page of pulled visits makes them once. No eye sees it.
 */
const liveQueryUpdateThrottleTime = 20

export async function openDatabase({
  name,
  keys,
  onUnreadable,
  unsentKeys,
}: KioskDatabaseOptions): Promise<KioskDatabase> {
  const dexie = getRxStorageDexie({
    chromeTransactionDurability: transactionDurability,
    ...(unsentKeys === undefined ? {} : { onCreate: unsentKeys.onCreate }),
  })
  // The validator is outermost: it judges the plain document, whoever writes it, this desk or the server.
  const storage: RxStorage<unknown, unknown> = validatedStorage({
    storage: encryptedStorage(dexie, { key: keys.documents, onUnreadable }),
  })
  const database = await createRxDatabase<KioskCollections>({
    name,
    storage,
    // One page owns the database (the shell allows one window, the page holds a lock): leadership is immediate.
    multiInstance: false,
    closeDuplicates: false,
    liveQueryUpdateThrottleTime,
  })
  await database.addCollections(
    Object.fromEntries(
      kioskCollections.map((definition) => [definition.name, creatorOf(definition)]),
    ) as Record<keyof KioskCollections, RxCollectionCreator>,
  )
  return database
}

function creatorOf(definition: KioskCollectionDefinition): RxCollectionCreator {
  const isVisitors = definition.name === 'visitors'
  return {
    schema: (isVisitors
      ? toRxdbSchema(definition, localVisitorFields)
      : toRxdbSchema(definition)) as RxCollectionCreator['schema'],
    conflictHandler: createConflictHandler(
      definition,
      isVisitors ? { localFields: derivedVisitorFields } : {},
    ) as NonNullable<RxCollectionCreator['conflictHandler']>,
    migrationStrategies: Object.fromEntries(
      Object.entries(definition.migrations ?? {}).map(([version, migrate]) => [Number(version), migrate]),
    ),
  }
}
