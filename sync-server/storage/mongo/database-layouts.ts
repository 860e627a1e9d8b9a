/**
 * Everything in Chowki's database, made to be sharded by `societyId` one day: `societies` has it too, `syncHeads` has it
 * as `_id`. MongoDB then keeps an `_id` unique within its society only. Nothing rests on more: every query names the
 * society, and every unique index begins with it. `enrolmentCodes` is to stay on one shard, as whoever types a code
 * knows no society yet, and a code must mean one.
 */
import type { CollectionDefinition } from '@chowki/shared/collections/define-collection.ts'
import { collections, serverOnlyCollections } from '@chowki/shared/collections/registry.ts'
import { headsLayout, placesLayout, toCollectionLayout, toReplicatedLayout } from './layout.ts'
import type { CollectionLayout, ReplicatedLayout } from './layout.ts'
import type { QuarantineOptions } from './quarantine-rows.ts'

const { quarantine } = serverOnlyCollections
const { auditLogs, ...others } = collections

/** What people and kiosks know of. */
export const dataDefinitions: readonly CollectionDefinition[] = Object.values(collections)

/** What transactions write; the quarantine is only read so, and the log is written with every one. */
export const replicatedLayouts: readonly ReplicatedLayout[] = [
  ...Object.values<CollectionDefinition>(others),
  ...Object.values<CollectionDefinition>(serverOnlyCollections),
].map(toReplicatedLayout)

export const logLayout: ReplicatedLayout = toReplicatedLayout(auditLogs)

/** The generic storage writes refused rows in the form of our schema. */
export const quarantineOptions = (
  seal: NonNullable<QuarantineOptions['seal']>,
  onDropped: NonNullable<QuarantineOptions['onDropped']>,
): QuarantineOptions => ({
  ...toReplicatedLayout(quarantine),
  seal,
  onDropped,
})

export const databaseLayouts: readonly CollectionLayout[] = [
  ...[...dataDefinitions, ...Object.values(serverOnlyCollections)].map(toCollectionLayout),
  headsLayout,
  placesLayout,
]
