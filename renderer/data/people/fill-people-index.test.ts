import 'fake-indexeddb/auto'
import { afterEach, describe, expect, it } from 'vitest'
import { blindPhoneIndex } from '../desk/keys/desk-keys.ts'
import { fillDesk, openTestDesk, unwrap, until } from '../../testing/desk/open-test-desk.ts'
import type { TestDesk } from '../../testing/desk/open-test-desk.ts'
import { entry, flatId, id, newVisit, start, visitor } from '../../testing/desk/sample-documents.ts'
import { findPeople } from './find-people.ts'

let open: TestDesk | null = null
let names = 0

async function deskWith(count: number): Promise<TestDesk> {
  const first = await openTestDesk({ name: `people-${(names += 1)}` })
  await fillDesk(first)
  const visitors = Array.from({ length: count }, (_, n) => visitor(n))
  await first.desk.database.visitors.bulkInsert(visitors)
  // Half of them came twice, the last one an hour ago; ten at the very same moment.
  const entries = visitors.flatMap((one, n) => [
    entry(n, one._id, start - 86_400_000 - (n < 10 ? 0 : n)),
    ...(n % 2 === 0 ? [entry(count + n, one._id, start - 3_600_000 - n * 1000, { purpose: 'Again' })] : []),
  ])
  await first.desk.database.visitorEntries.bulkInsert(entries)
  open = await first.reopen()
  return open
}

const search = (test: TestDesk, term: string, limit = 20) =>
  findPeople(
    { ...test.desk, index: test.desk.people, phoneRegion: () => 'IN', now: () => test.clock.now },
    term,
    limit,
  )

afterEach(async () => {
  await open?.close()
  open = null
})

describe('people search', () => {
  it('knows everybody after a restart, newest visits first', async () => {
    const test = await deskWith(150)
    await test.desk.filling.filled
    expect(test.desk.people.size()).toBe(150)
    const newest = await search(test, '', 3)
    expect(newest.map((hit) => hit.name)).toEqual(['Visitor 0', 'Visitor 2', 'Visitor 4'])
    expect(newest[0]).toMatchObject({
      lastPurpose: 'Again',
      lastEntryType: 'Guest',
      lastSeenAt: start - 3_600_000,
      lastFlats: [{ flatId, label: 'A-1203' }],
      insideEntryId: null,
      barred: null,
    })
  })

  it('finds a whole phone by its blind index while the index is still being filled', async () => {
    const test = await deskWith(5)
    await test.desk.filling.filled
    const { keys, database, people } = test.desk
    const stranger = visitor(77, { phoneIndex: await blindPhoneIndex(keys, visitor(77).phone) })
    await database.visitors.insert(stranger)
    await database.visitorEntries.insert(entry(77, stranger._id, start))
    people.removePerson(stranger._id)
    expect(people.person(stranger._id)).toBeNull()
    expect(await search(test, '98450 10077')).toMatchObject([
      { visitorId: stranger._id, lastSeenAt: start, lastFlats: [{ label: 'A-1203' }] },
    ])
  })

  it('follows entries, exits, corrections and erasures at once', async () => {
    const test = await deskWith(3)
    await test.desk.filling.filled
    const { entryId } = unwrap(await test.actions.letIn(newVisit({ name: 'Kavya Gowda' })))
    const hit = async () => (await search(test, 'kavya'))[0]
    await until(async () => (await hit())?.insideEntryId === entryId, 'inside')
    unwrap(await test.actions.letOut(entryId))
    await until(async () => (await hit())?.insideEntryId === null, 'outside')
    const found = await hit()
    const document = await test.desk.database.visitors.findOne(found?.visitorId ?? '').exec(true)
    await document.incrementalPatch({ name: 'Kavitha Gowda' })
    await until(async () => (await search(test, 'kavitha')).length === 1, 'the new name')
    await (await test.desk.database.visitors.findOne(found?.visitorId ?? '').exec(true)).remove()
    await until(async () => (await search(test, 'kavitha')).length === 0, 'nobody of that name')
  })

  it('names the reason of a barred visitor', async () => {
    const test = await deskWith(3)
    await test.desk.filling.filled
    await test.desk.database.watchlist.insert({
      _id: id(0x77),
      societyId: visitor(1).societyId,
      createdAt: start,
      updatedAt: start,
      phone: visitor(1).phone,
      reason: 'Threatened a guard',
      isActive: true,
    })
    await until(async () => (await search(test, '9845010001'))[0]?.barred === 'Threatened a guard', 'barred')
    expect((await search(test, '9845010002'))[0]?.barred).toBeNull()
  })
})
