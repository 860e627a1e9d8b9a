/** Everything that the server keeps in MongoDB, as the parts that the rest of it knows. */
import type { CommandStartedEvent, Db, MongoClient } from 'mongodb'
import type { AuditRepository } from '../../records/audit-repository.ts'
import type { DeviceRepository } from '../../gate/devices/device-repository.ts'
import type { EnrolmentRepository } from '../../gate/enrolment/enrolment-repository.ts'
import type { PhotoRepository } from '../../gate/photos/photo-repository.ts'
import type { QuarantineCipher } from '../../gate/quarantine/quarantine-cipher.ts'
import type { QuarantineRepository } from '../../gate/quarantine/quarantine-repository.ts'
import type { SiteRepository } from '../../gate/site/site-repository.ts'
import { StartFailure } from '../../start-failure.ts'
import type { Places } from '../places.ts'
import type { SyncStorage } from '../storage.ts'
import { createAuditRepository } from './audit-repository.ts'
import { connectToMongo } from './connect.ts'
import { countDocuments, countMissingPhotos } from './count-documents.ts'
import type { DocumentCount } from './count-documents.ts'
import { dataDefinitions, databaseLayouts, quarantineOptions, replicatedLayouts } from './database-layouts.ts'
import { createDevicesRepository } from './devices-repository.ts'
import { createEnrolmentRepository } from './enrolment-repository.ts'
import { createMongoPlaces } from './mongo-places.ts'
import { createMongoStorage } from './mongo-storage.ts'
import { createPhotosRepository } from './photos-repository.ts'
import { createQuarantineRepository } from './quarantine-repository.ts'
import { setUpCollections } from './set-up-collections.ts'
import { createSiteRepository } from './site-repository.ts'

export interface OpenDatabase {
  readonly storage: SyncStorage
  readonly places: Places
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
  counts(): Promise<DocumentCount[]>
  /** Photos that visits name and that have not arrived (yet). */
  countMissingPhotos(): Promise<number>
  /** For tests. */
  drop(): Promise<void>
  close(): Promise<void>
}

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
  quarantineCipher: QuarantineCipher
  /** Refused rows of a device made room for newer ones. */
  onQuarantineDropped?: (societyId: string, deviceId: string, count: number) => void
  /** A seam for tests: every command, as it goes to MongoDB. */
  onCommand?: (command: CommandStartedEvent) => void
}): Promise<OpenDatabase> {
  const { onCommand } = options
  const appName = 'chowki-sync-server'
  const client = await connectToMongo(
    options.url,
    onCommand ? { appName, monitorCommands: true } : { appName },
  )
  if (onCommand) client.on('commandStarted', onCommand)
  const db = client.db(options.name)
  await refuseWithoutTransactions(client, db)
  const sites = createSiteRepository(db)
  return {
    storage: createMongoStorage({
      client,
      db,
      collections: replicatedLayouts,
      quarantine: quarantineOptions(options.quarantineCipher, options.onQuarantineDropped ?? (() => {})),
      onListenerError: options.onListenerError,
    }),
    places: createMongoPlaces(db),
    devices: createDevicesRepository(db),
    enrolments: createEnrolmentRepository(client, db),
    sites,
    photos: createPhotosRepository(db),
    audit: createAuditRepository(db),
    quarantine: createQuarantineRepository(db, options.quarantineCipher),
    setUp: () => setUpCollections(db, databaseLayouts),
    async ping() {
      await db.command({ ping: 1 }, { timeoutMS: pingTimeMs })
    },
    counts: async () => countDocuments(db, dataDefinitions, await sites.societyIds()),
    countMissingPhotos: async () => countMissingPhotos(db, await sites.societyIds()),
    async drop() {
      await db.dropDatabase()
    },
    close: () => client.close(),
  }
}
