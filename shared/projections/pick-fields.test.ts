import { expect, test } from 'vitest'
import { guardDevicesCollection } from '../collections/guard-devices.ts'
import { kioskCollections } from '../collections/registry.ts'
import { usersCollection } from '../collections/users.ts'
import { visitorEntriesCollection } from '../collections/visitor-entries.ts'
import { visitorsCollection } from '../collections/visitors.ts'
import { sampleIds, sampleNow, sampleVisit } from '../test-data/visits.ts'
import { onlyKnown, personalFields, replicaOwned, withoutWithheld } from './pick-fields.ts'

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

test('P7: what a kiosk must encrypt is personal here too', () => {
  for (const definition of kioskCollections) {
    const personal = [...personalFields(definition)].filter(
      (name) => !definition.kiosk.withheld.includes(name),
    )
    expect(definition.kiosk.encrypted, definition.name).toEqual(expect.arrayContaining(personal))
  }
  expect([...personalFields(visitorsCollection)]).toEqual(expect.arrayContaining(['name', 'phone']))
})

test('a collection about things has none', () => {
  expect([...personalFields(guardDevicesCollection)]).toEqual([])
})
