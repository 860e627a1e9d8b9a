import { ObjectId } from 'mongodb'
import type { Document } from 'mongodb'
import { expect, test } from 'vitest'
import { createSocietyWatch, exceptions } from './society-watch.ts'

const societyId = new ObjectId()
const other = new ObjectId()
const _id = new ObjectId()

const see = (commandName: string, command: Document) => {
  const watch = createSocietyWatch()
  watch.see({ commandName, command })
  return watch
}

const good: Readonly<Record<string, Document>> = {
  'a find': { find: 'flats', filter: { societyId, _id } },
  'an insert': { insert: 'flats', documents: [{ _id, societyId }] },
  'an update': { update: 'flats', updates: [{ q: { _id, societyId }, u: { $set: { floor: 1 } } }] },
  'a replacement': { update: 'flats', updates: [{ q: { _id, societyId }, u: { societyId, floor: 1 } }] },
  'a delete': { delete: 'flats', deletes: [{ q: { societyId } }] },
  'a write to two collections': {
    bulkWrite: 1,
    ops: [
      { update: 0, filter: { _id: societyId.toHexString() }, updateMods: { $set: { seq: 1 } } },
      { insert: 1, document: { _id, societyId } },
      { update: 1, filter: { _id, societyId }, updateMods: { societyId, floor: 1 } },
    ],
    nsInfo: [{ ns: 'chowki.syncHeads' }, { ns: 'chowki.flats' }],
  },
  'a count': { aggregate: 'flats', pipeline: [{ $match: { societyId } }, { $group: { _id: 1 } }] },
  'documents of its own': {
    aggregate: 1,
    pipeline: [{ $documents: { $literal: [{ _id }] } }, { $match: {} }, { $project: { _id: 1 } }],
  },
  'a look into another collection': {
    aggregate: 'flats',
    pipeline: [
      { $match: { societyId } },
      { $lookup: { from: 'photos', pipeline: [{ $match: { societyId } }] } },
    ],
  },
  'a head': { find: 'syncHeads', filter: { _id: societyId.toHexString() } },
  'a place of a follower': {
    update: 'followerPlaces',
    updates: [{ q: { _id: { partition: 'x', follower: 'y' } }, u: [{ $set: { seq: 1 } }] }],
  },
  'a raised head': {
    findAndModify: 'syncHeads',
    query: { _id: societyId.toHexString() },
    update: { $inc: { seq: 1 } },
  },
}

test.each(Object.entries(good))('%s that names its society is let through', (_what, command) => {
  const [name = ''] = Object.keys(command)
  const watch = see(name, command)
  expect([...watch.violations, ...watch.excepted]).toEqual([])
  expect([...watch.judged]).toEqual(
    name === 'bulkWrite' ? ['update syncHeads', 'insert flats', 'update flats'] : [expect.any(String)],
  )
})

const bad: Readonly<Record<string, Document>> = {
  'a find by id': { find: 'flats', filter: { _id } },
  'a find without a filter': { find: 'flats' },
  'a find of several societies': { find: 'flats', filter: { societyId: { $in: [societyId, other] } } },
  'a find of all but one': { find: 'flats', filter: { societyId: { $ne: societyId } } },
  'a find of one or the other': { find: 'flats', filter: { $or: [{ societyId }, { _id }] } },
  'a find by the id as text': { find: 'flats', filter: { societyId: societyId.toHexString() } },
  'a find of undefined': { find: 'flats', filter: { societyId: undefined } },
  'a code asked for by more than its hash': { find: 'enrolmentCodes', filter: { _id: { $gt: '' } } },
  'codes by their gate': { find: 'enrolmentCodes', filter: { gateId: _id } },
  'societies by name': { find: 'societies', filter: { name: 'x' } },
  'documents of its own and then a collection': {
    aggregate: 1,
    pipeline: [{ $documents: [] }, { $lookup: { from: 'photos', pipeline: [{ $match: { _id } }] } }],
  },
  'more than the ids that are in use elsewhere': {
    find: 'flats',
    filter: { _id: { $in: [_id] }, societyId: { $ne: societyId } },
    projection: { name: 1 },
  },
  'a homeless insert among other writes': {
    bulkWrite: 1,
    ops: [
      { insert: 0, document: { _id, societyId } },
      { insert: 0, document: { _id } },
    ],
    nsInfo: [{ ns: 'chowki.flats' }],
  },
  'a change of a document by its id alone, among other writes': {
    bulkWrite: 1,
    ops: [{ update: 0, filter: { _id }, updateMods: { $set: { floor: 1 } } }],
    nsInfo: [{ ns: 'chowki.flats' }],
  },
  'a removal among other writes, which is not known': {
    bulkWrite: 1,
    ops: [{ delete: 0, filter: { societyId } }],
    nsInfo: [{ ns: 'chowki.flats' }],
  },
  'a bulk that cannot be read here': { bulkWrite: 1, ops: [], nsInfo: [] },
  'a homeless insert': { insert: 'flats', documents: [{ _id, societyId }, { _id }] },
  'an update by id': { update: 'flats', updates: [{ q: { _id }, u: { $set: { floor: 1 } } }] },
  'an update that moves': {
    update: 'flats',
    updates: [{ q: { societyId }, u: { $set: { societyId: other } } }],
  },
  'an update that moves by a name': {
    update: 'flats',
    updates: [{ q: { societyId }, u: { $rename: { gateId: 'societyId' } } }],
  },
  'writes in a form that is not read here': { update: 'flats', updates: new Uint8Array(8) },
  'an insert of nothing': { insert: 'flats', documents: [] },
  'a replacement that moves': { update: 'flats', updates: [{ q: { societyId }, u: { societyId: other } }] },
  'a replacement without': { update: 'flats', updates: [{ q: { societyId }, u: { floor: 1 } }] },
  'an update by a pipeline that replaces': {
    update: 'flats',
    updates: [{ q: { societyId }, u: [{ $replaceWith: { floor: 1 } }] }],
  },
  'an update by a pipeline that moves': {
    update: 'flats',
    updates: [{ q: { societyId }, u: [{ $set: { floor: 1 } }, { $set: { societyId: other } }] }],
  },
  'a place of a follower in whichever society': {
    update: 'followerPlaces',
    updates: [{ q: { '_id.follower': 'x' }, u: [{ $set: { seq: 1 } }] }],
  },
  'a delete by id': { delete: 'flats', deletes: [{ q: { societyId } }, { q: { _id } }] },
  'a findAndModify by id': { findAndModify: 'flats', query: { _id }, update: { $set: { floor: 1 } } },
  'a count of all': { count: 'flats', query: {} },
  'distinct values of all': { distinct: 'flats', key: 'floor' },
  'a late match': { aggregate: 'flats', pipeline: [{ $sort: { _id: 1 } }, { $match: { societyId } }] },
  'an open look': {
    aggregate: 'flats',
    pipeline: [
      { $match: { societyId } },
      { $lookup: { from: 'photos', localField: 'a', foreignField: '_id' } },
    ],
  },
  'an unknown stage': { aggregate: 'flats', pipeline: [{ $match: { societyId } }, { $unionWith: 'photos' }] },
  'a stream of another collection': { aggregate: 'flats', pipeline: [{ $changeStream: {} }] },
  'a stream that looks elsewhere': {
    aggregate: 'syncHeads',
    pipeline: [{ $changeStream: {} }, { $lookup: { from: 'flats', pipeline: [] } }],
  },
  'an unknown command': { mapReduce: 'flats' },
}

test.each(Object.entries(bad))('P6: %s is noticed', (_what, command) => {
  const [name = ''] = Object.keys(command)
  expect(see(name, command).violations.size).toBeGreaterThan(0)
})

test('a violation tells keys, never a value (P7)', () => {
  const { violations } = see('find', { find: 'visitors', filter: { phone: '+911111150001' } })
  expect([...violations]).toEqual(['find visitors: { phone }'])
})

test('the exceptions are these five', () => {
  expect(exceptions.map(({ command, collection }) => `${command} ${collection ?? 'any'}`)).toEqual([
    'find enrolmentCodes',
    'find syncHeads',
    'find followerPlaces',
    'find any',
    'aggregate syncHeads',
  ])
})
