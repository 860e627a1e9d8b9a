import { expect, test } from 'vitest'
import { defineCollection } from '../collections/define-collection.ts'
import { optional, text } from '../collections/fields.ts'
import { usersCollection } from '../collections/users.ts'
import { visitorEntriesCollection } from '../collections/visitor-entries.ts'
import { sampleIds, sampleNow, sampleVisit } from '../test-data/visits.ts'
import { onlyKnown, replicaOwned, withoutWithheld } from './pick-fields.ts'
import { acceptsVersion, downgradeDocument, upgradeDocument } from './versions.ts'

test('P7: a kiosk gets of a guard the name, the role and the PIN’s hash, nothing to reach him by', () => {
  const guard = {
    _id: sampleIds.guard,
    societyId: sampleIds.society,
    createdAt: sampleNow,
    updatedAt: sampleNow,
    name: 'Suresh',
    phoneNumber: '+919812345678',
    email: 's@example.in',
    password: '$argon2id$v=19$m=1,t=1,p=1$a$b',
    pinHash: '$argon2id$v=19$m=1,t=1,p=1$a$b',
    role: 'Guard',
    fcmToken: 'x',
    isActive: true,
    lastLogin: sampleNow,
  }
  expect(Object.keys(withoutWithheld(usersCollection, guard)).toSorted()).toEqual(
    ['_id', 'societyId', 'createdAt', 'updatedAt', 'name', 'pinHash', 'role', 'isActive'].toSorted(),
  )
})

test('what the replica owns is the document without the server’s stamps and without local fields', () => {
  const visit = sampleVisit()
  const stored = { ...visit, serverTime: sampleNow, timeDriftMs: 3, _deleted: false, phoneIndex: 'x' }
  expect(replicaOwned(visitorEntriesCollection, stored)).toEqual(visit)
  expect(onlyKnown(visitorEntriesCollection, stored)).toEqual({
    ...visit,
    serverTime: sampleNow,
    timeDriftMs: 3,
    _deleted: false,
  })
})

test('a replica of the version before is understood, and gets nothing that it does not know', () => {
  const bells = defineCollection({
    name: 'bells',
    version: 2,
    fields: { sound: text(10), volume: optional(text(5)) },
    addedFields: { 2: ['volume'] },
    migrations: { 1: (bell) => ({ ...bell, one: true }), 2: (bell) => ({ ...bell, volume: 'loud' }) },
    downgrades: { 2: (bell) => ({ ...bell, sound: 'ding' }) },
  })
  expect([0, 1, 2, 3, 1.5, -1].map((version) => acceptsVersion(bells, version))).toEqual([
    false,
    true,
    true,
    false,
    false,
    false,
  ])
  expect(upgradeDocument(bells, 1, { sound: 'dong' })).toEqual({ sound: 'dong', volume: 'loud' })
  expect(downgradeDocument(bells, 1, { sound: 'dong', volume: 'loud' })).toEqual({ sound: 'ding' })
  expect(downgradeDocument(bells, 2, { sound: 'dong', volume: 'loud' })).toEqual({
    sound: 'dong',
    volume: 'loud',
  })
})
