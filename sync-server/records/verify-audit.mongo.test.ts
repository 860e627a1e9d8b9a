/** AUDIT-5 and AUDIT-6: whoever touches the audit in MongoDB itself is found out, and what he touched is named. */
import { MongoClient, ObjectId } from 'mongodb'
import type { Db, Document } from 'mongodb'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { mongodbTestUrl } from '../../build/services/mongodb-test-url.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'
import { newId, writeTestSociety } from '../testing/test-society.ts'
import { commands } from '../cli/commands.ts'
import type { CliParts } from '../cli/commands.ts'
import { CliProblem } from '../cli/cli-problem.ts'
import { verifyAudit } from './verify-audit.ts'

let server: TestServer
let client: MongoClient
let db: Db
let society: string
beforeAll(async () => {
  server = await startTestServer()
  client = await MongoClient.connect(mongodbTestUrl())
  db = client.db(server.databaseName)
})
afterAll(async () => {
  await client.close()
  await server.close()
})

const admin = { kind: 'admin', id: 'admin-key' } as const
const blockId = newId()
const flatIds: string[] = []

/** A society with ten entries: four of its making and six of one new flat each. */
beforeEach(async () => {
  const { records } = server.database
  const { societyId } = await writeTestSociety(records, `Society ${newId()}`, server.clock.now)
  society = societyId
  flatIds.length = 0
  for (let n = 0; n < 6; n += 1) {
    const at = server.clock.now
    const flat = { _id: newId(), societyId, blockId, flatNumber: `F${n}`, createdAt: at, updatedAt: at }
    flatIds.push(flat._id)
    await records.insert(admin, societyId, 'flats', flat)
  }
})

const verify = async () => (await verifyAudit(server.database.storage, society)).problems
const entries = () => db.collection('auditLogs')
const at = (position: number) => ({ societyId: new ObjectId(society), position })
const set = (position: number, fields: Document) => entries().updateOne(at(position), { $set: fields })

test('AUDIT-5 an untouched audit has no problem', async () => {
  const report = await verifyAudit(server.database.storage, society)
  expect([report.entries, report.end.position, report.problems]).toEqual([10, 10, []])
})

const told: Readonly<Record<string, Document>> = {
  'who it was': { actorId: 'somebody else' },
  when: { createdAt: new Date(0) },
  'what was done': { action: 'flats.removed' },
  'which record': { subjectId: newId() },
  'what the record was': { records: `${newId()} ${'A'.repeat(43)}` },
  'an added word': { outcome: 'refused' },
  'its hash': { hash: 'f'.repeat(64) },
}
test.each(Object.entries(told))('AUDIT-5 a changed entry is named: %s', async (_what, fields) => {
  await set(7, fields)
  expect((await verify())[0]).toMatch(/^entry 7 was changed: /)
})

test('AUDIT-5 a removed entry is named, and so are several', async () => {
  await entries().deleteOne(at(6))
  expect(await verify()).toEqual(['entry 6 is missing'])
  await entries().deleteMany({ ...at(0), position: { $in: [7, 8] } })
  expect(await verify()).toEqual(['entries 6 to 8 are missing'])
  await entries().deleteOne(at(1))
  expect(await verify()).toEqual(['entry 1 is missing', 'entries 6 to 8 are missing'])
})

test('AUDIT-5 entries removed at the end are missed, all of them too', async () => {
  await entries().deleteMany({ ...at(0), position: { $gt: 8 } })
  expect(await verify()).toEqual(['entries 9 to 10 are missing at the end'])
  await entries().deleteMany({ societyId: new ObjectId(society) })
  expect(await verify()).toEqual(['entries 1 to 10 are missing at the end'])
})

test('AUDIT-5 reordered entries are named with the place they came from', async () => {
  await set(6, { position: 99 })
  await set(8, { position: 6 })
  await set(99, { position: 8 })
  expect(await verify()).toEqual([
    expect.stringMatching(/^entry 6 was moved here from 8: flats.inserted/),
    expect.stringMatching(/^entry 8 was moved here from 6: flats.inserted/),
  ])
})

test('AUDIT-5 a removed entry whose gap was closed by moving the others is found', async () => {
  await entries().deleteOne(at(6))
  for (let position = 7; position <= 10; position += 1) await set(position, { position: position - 1 })
  const problems = await verify()
  expect(problems[0]).toMatch(/^entry 6 was moved here from 7/)
  expect(problems.at(-1)).toBe('entry 10 is missing at the end')
})

test('AUDIT-5 an entry that nobody wrote is found, with a hash of its own making too', async () => {
  const last = await entries().findOne(at(10))
  if (!last) throw new Error('no entry')
  const { hash: previousHash } = last
  await entries().insertOne({
    ...last,
    _id: new ObjectId(),
    position: 11,
    previousHash: String(previousHash),
  })
  expect((await verify()).at(-1)).toBe('entry 11 is after the end, which nobody has written')
})

test('AUDIT-5 a new entry goes on from where the head stands, so the gap stays', async () => {
  await entries().deleteOne(at(10))
  const at11 = {
    _id: newId(),
    societyId: society,
    blockId,
    flatNumber: 'F9',
    createdAt: 1e12,
    updatedAt: 1e12,
  }
  await server.database.records.insert(admin, society, 'flats', at11)
  expect(await verify()).toEqual(['entry 10 is missing'])
})

test('AUDIT-6 a record that was changed or removed behind the records is named', async () => {
  const [changed = '', gone = ''] = flatIds
  const flats = db.collection('flats')
  const of = (id: string) => ({ _id: new ObjectId(id), societyId: new ObjectId(society) })
  await flats.updateOne(of(changed), { $set: { flatNumber: 'X' } })
  await flats.deleteOne(of(gone))
  const { problems } = await verifyAudit(server.database.storage, society, { withRecords: true })
  expect(problems.toSorted()).toEqual(
    [`flats ${changed} is not as it was written last`, `flats ${gone} is gone`].toSorted(),
  )
})

test('AUDIT-5 the command says what it found and fails, or says where the audit ends', async () => {
  const parts = { ...server.database, now: () => server.clock.now } as CliParts
  const run = () => commands['audit']?.({ rest: ['verify'], society, records: true }, parts)
  const { hash } = await server.database.storage.logHead(society)
  expect(await run()).toEqual([`${society}\t10 entries\t10\t${hash}`])
  await set(7, { actorId: 'somebody else' })
  await expect(run()).rejects.toBeInstanceOf(CliProblem)
  await expect(run()).rejects.toThrow(`${society}\tentry 7 was changed: flats.inserted`)
})
