/**
 * The epoch of a collection is part of its replication's name: a raised epoch forgets every checkpoint, so that
 * everything is pulled and (idempotently) pushed again. Raised where the clock went back (trap 1), where the
 * server no longer knows our checkpoint, and where a row on the disk no longer opens.
 */
import { Dexie } from 'dexie'
import type { RxCollection } from 'rxdb'
import type { DeskStore } from '../desk/desk-store.ts'

const metaKey = (collection: string): string => `epoch|${collection}`

export const readEpoch = async (desk: DeskStore, collection: string): Promise<number> =>
  (await desk.readMeta<number>(metaKey(collection))) ?? 0

export async function raiseEpoch(desk: DeskStore, collection: string): Promise<void> {
  await desk.writeMeta(metaKey(collection), (await readEpoch(desk, collection)) + 1)
}

export const replicationName = (collection: string, epoch: number): string => `chowki-${collection}-${epoch}`

/** RxDB keeps a second copy of every document as replication metadata: that of a past epoch is in nobody's use. */
export async function dropPastMetadata<T>(collection: RxCollection<T>, epoch: number): Promise<void> {
  const { database, name } = collection
  for (let past = epoch - 1; past >= 0 && past >= epoch - 3; past -= 1) {
    const hash = await database.hashFunction([name, replicationName(name, past)].join('-'))
    const { version } = collection.schema
    await Dexie.delete(`rxdb-dexie-${database.name}--${version}--rx-replication-meta-${hash}`)
  }
}
