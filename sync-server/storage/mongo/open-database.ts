/** Chowki's database: its storage, and what is asked of the whole of it. */
import type { CommandStartedEvent, Db, MongoClient } from 'mongodb'
import { StartFailure } from '../../start-failure.ts'
import type { Journal } from '../log.ts'
import type { Places } from '../places.ts'
import type { SyncStorage } from '../storage.ts'
import { connectToMongo } from './connect.ts'
import { countDocuments, countMissing } from './count-documents.ts'
import type { DocumentCount, Reference } from './count-documents.ts'
import {
  databaseLayouts,
  dataDefinitions,
  logLayout,
  quarantineOptions,
  replicatedLayouts,
} from './database-layouts.ts'
import { createMongoPlaces } from './mongo-places.ts'
import { createMongoStorage } from './mongo-storage.ts'
import type { QuarantineOptions } from './quarantine-rows.ts'
import { setUpCollections } from './set-up-collections.ts'

export interface OpenDatabase {
  readonly storage: SyncStorage
  readonly places: Places
  /** Makes what is missing: collections, validators, indexes. */
  setUp(): Promise<void>
  /** Rejects when the database does not answer within two seconds. */
  ping(): Promise<void>
  /** Documents of each collection, deleted ones apart. */
  counts(): Promise<DocumentCount[]>
  /** Documents that others name and that have not arrived (yet). */
  countMissing(reference: Reference): Promise<number>
  /** For tests. */
  drop(): Promise<void>
  close(): Promise<void>
}

const pingTimeMs = 2_000

/** Of MongoDB 8.0, the first that takes a transaction's writes to several collections as one command. */
const wireVersionMin = 25

async function refuseUnfit(client: MongoClient, db: Db): Promise<void> {
  const hello = await db.command({ hello: 1 })
  const reason =
    hello['setName'] === undefined && hello['msg'] !== 'isdbgrid'
      ? 'MongoDB runs without a replica set, so it has no transactions. Start it with --replSet and initiate the set; one node is enough.'
      : Number(hello['maxWireVersion']) < wireVersionMin
        ? 'This MongoDB is older than 8.0. Upgrade it.'
        : undefined
  if (reason === undefined) return
  await client.close()
  throw new StartFailure(reason)
}

export interface MongoDatabaseOptions {
  readonly url: string
  readonly name: string
  readonly onListenerError: (error: unknown) => void
  /** What the audit says of each commit. */
  readonly journal: Journal
  readonly sealRefused: NonNullable<QuarantineOptions['seal']>
  /** Refused rows of a device made room for newer ones. */
  readonly onQuarantineDropped?: (societyId: string, deviceId: string, count: number) => void
  /** A seam for tests: every command, as it goes to MongoDB. */
  readonly onCommand?: (command: CommandStartedEvent) => void
}

/** Rejects when no MongoDB answers. */
export async function openDatabase(options: MongoDatabaseOptions): Promise<OpenDatabase> {
  const { onCommand, journal, sealRefused, onQuarantineDropped = () => {} } = options
  const appName = 'chowki-sync-server'
  const client = await connectToMongo(
    options.url,
    onCommand ? { appName, monitorCommands: true } : { appName },
  )
  if (onCommand) client.on('commandStarted', onCommand)
  const db = client.db(options.name)
  await refuseUnfit(client, db)
  const storage = createMongoStorage({
    client,
    db,
    collections: replicatedLayouts,
    log: { layout: logLayout, journal },
    quarantine: quarantineOptions(sealRefused, onQuarantineDropped),
    onListenerError: options.onListenerError,
  })
  return {
    storage,
    places: createMongoPlaces(db),
    setUp: () => setUpCollections(db, databaseLayouts),
    async ping() {
      await db.command({ ping: 1 }, { timeoutMS: pingTimeMs })
    },
    counts: async () => countDocuments(db, dataDefinitions, await storage.partitions()),
    countMissing: async (reference) => countMissing(db, reference, await storage.partitions()),
    async drop() {
      await db.dropDatabase()
    },
    close: () => client.close(),
  }
}
