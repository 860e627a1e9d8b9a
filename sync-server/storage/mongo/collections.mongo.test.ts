/** Every collection through what judges it in production: RxDB's own schema check, MongoDB's validator and indexes. */
import { randomBytes } from 'node:crypto'
import {
  collections,
  isKioskCollection,
  kioskCollections,
  serverOnlyCollections,
} from '@chowki/shared/collections/registry.ts'
import type { CollectionDefinition } from '@chowki/shared/collections/define-collection.ts'
import { toMongoIndexes, toMongoValidator } from '@chowki/shared/projections/to-mongo.ts'
import { toRxdbSchema } from '@chowki/shared/projections/to-rxdb-schema.ts'
import { mapBsonPaths } from '@chowki/shared/projections/bson-paths.ts'
import { validateDocument } from '@chowki/shared/projections/validate.ts'
import { sampleDocument } from '@chowki/shared/test-data/sample-document.ts'
import fc from 'fast-check'
import { Binary, MongoClient, ObjectId } from 'mongodb'
import type { Db, Document } from 'mongodb'
import { addRxPlugin, createRxDatabase } from 'rxdb'
import type { MigrationStrategies, RxJsonSchema } from 'rxdb'
import { RxDBDevModePlugin, disableWarnings } from 'rxdb/plugins/dev-mode'
import { RxDBMigrationSchemaPlugin } from 'rxdb/plugins/migration-schema'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { wrappedValidateZSchemaStorage } from 'rxdb/plugins/validate-z-schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const definitions: readonly CollectionDefinition[] = [
  ...Object.values<CollectionDefinition>(collections),
  ...Object.values<CollectionDefinition>(serverOnlyCollections),
]
const samplesOfEach = 8

const samplesOf = (definition: CollectionDefinition) =>
  fc.sample(sampleDocument(definition), { numRuns: samplesOfEach, seed: 20_261_123 })

const url = process.env.MONGODB_TEST_URL
if (!url) throw new Error('MONGODB_TEST_URL names the MongoDB that the tests use.')
const client = new MongoClient(url)
let db: Db

beforeAll(async () => {
  disableWarnings()
  addRxPlugin(RxDBDevModePlugin)
  addRxPlugin(RxDBMigrationSchemaPlugin)
  db = client.db(`chowki_collections_${randomBytes(6).toString('hex')}`)
  await client.connect()
})

afterAll(async () => {
  await db.dropDatabase()
  await client.close()
})

const toBson = (definition: CollectionDefinition, document: Readonly<Record<string, unknown>>): Document =>
  mapBsonPaths(definition, document, {
    objectId: (value) => ObjectId.createFromHexString(value as string),
    date: (value) => new Date(value as number),
  })

const toWire = (definition: CollectionDefinition, stored: Document): Record<string, unknown> =>
  mapBsonPaths(definition, stored, {
    objectId: (value) => (value as ObjectId).toHexString(),
    date: (value) => (value as Date).getTime(),
  })

const withoutBinary = (document: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(document).map(([name, value]) => [
      name,
      value instanceof Binary ? new Uint8Array(value.buffer) : value,
    ]),
  )

describe.each(definitions.map((definition) => [definition.name, definition] as const))(
  '%s',
  (name, definition) => {
    beforeAll(async () => {
      await db.createCollection(name)
      await db.command({ collMod: name, validator: toMongoValidator(definition), validationLevel: 'strict' })
      await db.collection(name).createIndexes(toMongoIndexes(definition))
    })

    test('P1: a valid document goes into MongoDB and comes back the same', async () => {
      for (const sample of samplesOf(definition)) {
        expect(validateDocument(definition, sample)).toEqual({ ok: true, value: true })
        const stored = toBson(definition, sample)
        await db.collection(name).insertOne({ ...stored, _seq: 1, _deleted: false })
        const read: Document = (await db.collection(name).findOne({ _id: stored._id })) ?? {}
        const { _seq, _deleted, ...found } = read
        expect(withoutBinary(toWire(definition, found))).toEqual(sample)
        await db.collection(name).deleteOne({ _id: stored._id })
      }
    })

    test('P6: every unique index names the society', async () => {
      for (const index of await db.collection(name).indexes()) {
        if (index.unique) expect(Object.keys(index.key)[0]).toBe('societyId')
      }
    })

    test('MongoDB refuses an unknown field, a wrong type and a missing field', async () => {
      const [sample = {}] = samplesOf(definition)
      const stored = toBson(definition, sample)
      const refused = { code: 121 }
      await expect(db.collection(name).insertOne({ ...stored, nickname: 'x' })).rejects.toMatchObject(refused)
      await expect(db.collection(name).insertOne({ ...stored, createdAt: 1 })).rejects.toMatchObject(refused)
      await expect(db.collection(name).insertOne({ ...stored, societyId: 'abc' })).rejects.toMatchObject(
        refused,
      )
      const { societyId: _societyId, ...homeless } = stored
      await expect(db.collection(name).insertOne(homeless)).rejects.toMatchObject(refused)
    })

    test('the wire form refuses an unknown field, a wrong type and a missing field, and names it', () => {
      const [sample = {}] = samplesOf(definition)
      const { societyId: _societyId, ...homeless } = sample
      const fieldOf = (document: unknown) => {
        const checked = validateDocument(definition, document)
        return checked.ok ? null : checked.error.field
      }
      expect(fieldOf({ ...sample, nickname: 'x' })).toBe('nickname')
      expect(fieldOf({ ...sample, createdAt: '2026' })).toBe('createdAt')
      expect(fieldOf(homeless)).toBe('societyId')
    })
  },
)

describe('text', () => {
  const definition: CollectionDefinition = collections.visitors
  const [sample = {}] = samplesOf(definition)
  const named = (name: string) => ({ ...toBson(definition, sample), _id: new ObjectId(), name })

  test.each(['Asha\u0007', 'Asha\nRao', 'Asha\u0085', 'Asha\u007f', ''])(
    'MongoDB refuses %j as a name, as the wire form does',
    async (name) => {
      expect(validateDocument(definition, { ...sample, name }).ok).toBe(false)
      await expect(db.collection('visitors').insertOne(named(name))).rejects.toMatchObject({ code: 121 })
    },
  )

  test('MongoDB takes every script, joiners, emoji and right-to-left', async () => {
    for (const name of ['क्ष\u200dत्रिय', 'ਗੁਰਪ੍ਰੀਤ', '👨‍👩‍👧', 'محمد', '\u200fעברית', 'செல்வம்']) {
      expect(validateDocument(definition, { ...sample, name }).ok).toBe(true)
      await expect(db.collection('visitors').insertOne(named(name))).resolves.toBeDefined()
    }
  })
})

describe('RxDB takes each of the kiosk’s collections', () => {
  test('there are twelve at most, in one database, and each keeps a valid document as it was', async () => {
    expect(kioskCollections.length).toBeLessThanOrEqual(12)
    const database = await createRxDatabase({
      name: `check${randomBytes(6).toString('hex')}`,
      storage: wrappedValidateZSchemaStorage({ storage: getRxStorageMemory() }),
      multiInstance: false,
    })
    await database.addCollections(
      Object.fromEntries(
        kioskCollections.map((definition) => [
          definition.name,
          {
            schema: plainRxdbSchema(definition),
            migrationStrategies: (definition.migrations ?? {}) as MigrationStrategies,
          },
        ]),
      ),
    )
    for (const definition of kioskCollections) {
      const collection = database.collections[definition.name]
      for (const sample of samplesOf(definition)) {
        const held = Object.fromEntries(
          Object.entries(sample).filter(([field]) => !definition.kiosk.withheld.includes(field)),
        )
        const document = await collection?.insert(held)
        expect(document?.toJSON()).toEqual(held)
        await expect(collection?.insert({ ...held, nickname: 'x' })).rejects.toMatchObject({ code: 'VD2' })
      }
    }
    await database.remove()
  }, 60_000)
})

/** Encryption is a wrapper of the kiosk's own, around the same schema. */
function plainRxdbSchema(definition: CollectionDefinition): RxJsonSchema<Record<string, unknown>> {
  if (!isKioskCollection(definition)) throw new Error(`${definition.name} is not for kiosks.`)
  const { encrypted: _encrypted, ...schema } = toRxdbSchema(definition)
  return schema
}
