/** Everything that the server keeps in MongoDB, as the parts that the rest of it knows. */
import { collections, serverOnlyCollections } from '@chowki/shared/collections/registry.ts'
import type { CollectionDefinition } from '@chowki/shared/collections/define-collection.ts'
import type { Db, MongoClient } from 'mongodb'
import type { AuditRepository } from '../../audit/audit-repository.ts'
import type { DeviceRepository } from '../../devices/device-repository.ts'
import type { EnrolmentRepository } from '../../enrolment/enrolment-repository.ts'
import type { PhotoRepository } from '../../photos/photo-repository.ts'
import type { QuarantineRepository } from '../../quarantine/quarantine-repository.ts'
import type { SiteRepository } from '../../site/site-repository.ts'
import { StartFailure } from '../../start-failure.ts'
import type { SyncStorage } from '../storage.ts'
import { createAuditRepository } from './audit-repository.ts'
import { connectToMongo } from './connect.ts'
import { createDevicesRepository } from './devices-repository.ts'
import { createEnrolmentRepository } from './enrolment-repository.ts'
import { storageLayouts, toCollectionLayout, toReplicatedLayout } from './layout.ts'
import type { CollectionLayout } from './layout.ts'
import { createMongoStorage } from './mongo-storage.ts'
import { createPhotosRepository } from './photos-repository.ts'
import { createQuarantineRepository } from './quarantine-repository.ts'
import { setUpCollections } from './set-up-collections.ts'
import { createSiteRepository } from './site-repository.ts'

export interface OpenDatabase {
  readonly storage: SyncStorage
  readonly devices: DeviceRepository
  readonly enrolments: EnrolmentRepository
  readonly sites: SiteRepository
  readonly photos: PhotoRepository
  readonly audit: AuditRepository
  readonly quarantine: QuarantineRepository
  /** Makes what is missing: collections, validators, indexes. */
  setUp(): Promise<void>
  /** Rejects when the database does not answer within two seconds. */
  ping(): Promise<void>
  /** Documents of each collection, deleted ones apart. */
  counts(): Promise<{ collection: string; live: number; deleted: number }[]>
  /** Photos that visits name and that have not arrived (yet). */
  countMissingPhotos(): Promise<number>
  /** For tests. */
  drop(): Promise<void>
  close(): Promise<void>
}

async function countMissingPhotos(db: Db): Promise<number> {
  const named = {
    $concatArrays: ['entryPhoto', 'exitPhoto'].map((field) => ({ $cond: [`$${field}`, [`$${field}`], []] })),
  }
  const [result] = await db
    .collection('visitorEntries')
    .aggregate<{ count: number }>([
      { $project: { photoId: named } },
      { $unwind: '$photoId' },
      { $set: { photoId: { $toObjectId: '$photoId' } } },
      { $lookup: { from: 'photos', localField: 'photoId', foreignField: '_id', as: 'photo' } },
      { $match: { photo: [] } },
      { $count: 'count' },
    ])
    .toArray()
  return result?.count ?? 0
}

const layouts = (definitions: readonly CollectionDefinition[]): CollectionLayout[] => [
  ...[...definitions, serverOnlyCollections.enrolmentCodes].map(toCollectionLayout),
  ...storageLayouts,
  { name: 'deviceSecrets', indexes: [{ name: 'societyId_1', key: { societyId: 1 } }] },
]

const pingTimeMs = 2_000

async function refuseWithoutTransactions(client: MongoClient, db: Db): Promise<void> {
  const hello = await db.command({ hello: 1 })
  if (hello['setName'] !== undefined || hello['msg'] === 'isdbgrid') return
  await client.close()
  throw new StartFailure(
    'MongoDB runs without a replica set, so it has no transactions. Start it with --replSet and initiate the set; one node is enough.',
  )
}

/** Rejects when no MongoDB answers. */
export async function openDatabase(options: {
  url: string
  name: string
  onListenerError: (error: unknown) => void
}): Promise<OpenDatabase> {
  const definitions: readonly CollectionDefinition[] = Object.values(collections)
  const client = await connectToMongo(options.url, { appName: 'chowki-sync-server' })
  const db = client.db(options.name)
  await refuseWithoutTransactions(client, db)
  return {
    storage: createMongoStorage({
      client,
      db,
      collections: definitions.map(toReplicatedLayout),
      onListenerError: options.onListenerError,
    }),
    devices: createDevicesRepository(db),
    enrolments: createEnrolmentRepository(client, db),
    sites: createSiteRepository(db),
    photos: createPhotosRepository(db),
    audit: createAuditRepository(db),
    quarantine: createQuarantineRepository(db),
    setUp: () => setUpCollections(db, layouts(definitions)),
    async ping() {
      await db.command({ ping: 1 }, { timeoutMS: pingTimeMs })
    },
    counts: () =>
      Promise.all(
        definitions.map(async ({ name }) => ({
          collection: name,
          live: await db.collection(name).countDocuments({ _deleted: { $ne: true } }),
          deleted: await db.collection(name).countDocuments({ _deleted: true }),
        })),
      ),
    countMissingPhotos: () => countMissingPhotos(db),
    async drop() {
      await db.dropDatabase()
    },
    close: () => client.close(),
  }
}
