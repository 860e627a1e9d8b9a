import { afterAll, beforeAll, expect, test } from 'vitest'
import { placesContract } from '../../testing/places-contract.ts'
import { newHexId, openTestDatabase } from '../../testing/test-database.ts'
import type { TestDatabase } from '../../testing/test-database.ts'
import { createMongoPlaces } from './mongo-places.ts'

const things = {
  name: 'things',
  partitionField: 'ownerId',
  bsonPaths: [
    { path: ['_id'], bson: 'objectId' },
    { path: ['ownerId'], bson: 'objectId' },
  ],
} as const

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase([things])
})
afterAll(() => database.drop())

placesContract('mongo', async () => {
  const { db } = database
  return {
    places: createMongoPlaces(db),
    otherServer: createMongoPlaces(db),
    storage: database.openStorage(),
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    close: async () => void (await db.collection('followerPlaces').deleteMany({})),
  }
})

test('FOLLOW-3 leases are of MongoDB’s time: a server whose clock is a year ahead takes none', async () => {
  const places = createMongoPlaces(database.db)
  const key = { follower: 'search', partition: newHexId() }
  await places.claim(key, 60_000)
  const realNow = Date.now
  Date.now = () => realNow() + 365 * 86_400_000
  try {
    expect(await places.claim(key, 60_000)).toBeNull()
  } finally {
    Date.now = realNow
  }
})
