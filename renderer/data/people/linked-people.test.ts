/** Two records of one person on this desk, once the server has linked them; and after the link was undone. */
import 'fake-indexeddb/auto'
import { afterEach, expect, it } from 'vitest'
import { fillDesk, openTestDesk, unwrap, until } from '../../testing/desk/open-test-desk.ts'
import type { TestDesk } from '../../testing/desk/open-test-desk.ts'
import {
  entry,
  id,
  newVisit,
  otherGateId,
  societyId,
  start,
  visitor,
} from '../../testing/desk/sample-documents.ts'
import { blindPhoneIndex } from '../desk/keys/desk-keys.ts'
import { findPeople } from './find-people.ts'

let open: TestDesk | null = null
let names = 0
afterEach(async () => {
  await open?.close()
  open = null
})

const phone = '+919845012345'
const otherId = visitor(1)._id

/** Ravi Kumar is let in here; the other gate's Ravi Kumar, of the same phone, comes by replication. */
async function deskWithTwo(): Promise<{
  readonly test: TestDesk
  readonly ownId: string
  readonly entryId: string
}> {
  open = await openTestDesk({ name: `linked-people-${(names += 1)}` })
  const test = open
  await fillDesk(test)
  const { database, keys } = test.desk
  const { entryId } = unwrap(await test.actions.letIn(newVisit()))
  const { visitorId } = await database.visitorEntries.findOne(entryId).exec(true)
  const phoneIndex = await blindPhoneIndex(keys, phone)
  await database.visitors.insert(visitor(1, { name: 'Ravi Kumar', phone, phoneIndex, createdAt: start + 1 }))
  const other = entry(1, otherId, start + 60_000, {
    gateId: otherGateId,
    vehicleDetails: { number: 'MH12AB1234', type: 'Car' },
  })
  const { exitDateTime: _, ...visit } = other
  await database.visitorEntries.insert({ ...visit, state: 'Inside' })
  await until(() => test.desk.lists.inside.current().length === 2, 'two rows')
  return { test, ownId: visitorId, entryId }
}

const linkOf = (ownId: string) => ({
  ...{ _id: otherId, societyId, createdAt: start, updatedAt: start, visitorId: otherId, sameAs: ownId },
  ...({ basis: 'PhoneAndName', state: 'Active' } as const),
})

const search = ({ desk }: TestDesk, term: string) =>
  findPeople(
    {
      ...{ database: desk.database, keys: desk.keys, index: desk.people, flats: desk.flats },
      ...{ watchlist: desk.watchlist, phoneRegion: () => 'IN', now: () => start, report: () => undefined },
    },
    term,
    10,
  )

async function linked() {
  const parts = await deskWithTwo()
  await parts.test.desk.database.personLinks.insert(linkOf(parts.ownId))
  await until(() => parts.test.desk.lists.inside.current().length === 1, 'one row')
  return parts
}

it('FAULT-2: linked records are one person in the search, with all that is known by any of them', async () => {
  const { test, ownId } = await linked()
  for (const term of ['ravi', '9845012345', 'MH12AB1234', 'KA05JX4417'])
    expect(
      (await search(test, term)).map((hit) => hit.visitorId),
      term,
    ).toEqual([ownId])
  const [hit] = await search(test, 'ravi')
  expect(hit).toMatchObject({ lastVehicle: { number: 'MH12AB1234' }, lastSeenAt: start + 60_000 })
})

it('FAULT-2: linked late, who was let in at both gates is in twice, and one exit ends both', async () => {
  const { test, ownId, entryId } = await linked()
  expect(test.desk.lists.inside.current()).toMatchObject([
    { entryId, visitorId: ownId, gateName: 'Main Gate', alsoOpen: [{ gateName: 'East Gate' }] },
  ])
  const again = await test.actions.letIn(newVisit())
  expect(again).toMatchObject({ ok: false, error: { code: 'visitor_inside' } })
  expect(await test.actions.letIn(newVisit({ visitorId: otherId }))).toMatchObject(again)
  const exit = unwrap(await test.actions.letOut(entryId))
  expect(exit.entryIds).toHaveLength(2)
  await until(() => test.desk.lists.inside.current().length === 0, 'no ghost inside')
})

it('FAULT-2: the next visit is the oldest record’s, by whichever it was chosen or typed', async () => {
  const { test, ownId, entryId } = await linked()
  unwrap(await test.actions.letOut(entryId))
  for (const visit of [newVisit(), newVisit({ visitorId: otherId })]) {
    const { entryId: next } = unwrap(await test.actions.letIn(visit))
    const { visitorId } = await test.desk.database.visitorEntries.findOne(next).exec(true)
    expect(visitorId).toBe(ownId)
    unwrap(await test.actions.letOut(next))
  }
})

it('FAULT-2: an undone link tells them apart: two people, of whom a phone and a name do not say which', async () => {
  const { test, ownId, entryId } = await linked()
  const link = await test.desk.database.personLinks.findOne(otherId).exec(true)
  await link.incrementalPatch({ state: 'Undone' })
  await until(() => test.desk.lists.inside.current().length === 2, 'two rows again')
  expect(new Set((await search(test, 'ravi')).map((hit) => hit.visitorId))).toEqual(new Set([ownId, otherId]))
  expect(unwrap(await test.actions.letOut(entryId)).entryIds).toEqual([entryId])
  expect(await test.actions.letIn(newVisit())).toMatchObject({ error: { code: 'visitor_uncertain' } })
})

it('FAULT-2: an erased oldest record leaves the other one findable', async () => {
  const { test, ownId } = await linked()
  await (await test.desk.database.visitors.findOne(ownId).exec(true)).remove()
  await until(async () => (await search(test, 'ravi'))[0]?.visitorId === otherId, 'the other record')
})

it('P1 FAULT-2: links are known after a restart', async () => {
  const { test, ownId } = await linked()
  open = await test.reopen()
  expect(open.desk.links.personOf(otherId)).toBe(ownId)
  expect(open.desk.lists.inside.current()).toHaveLength(1)
})

it('FAULT-4: a bar on any of the records bars the person, until the link is undone', async () => {
  const { test, ownId, entryId } = await linked()
  unwrap(await test.actions.letOut(entryId))
  const { watchlist, personLinks } = test.desk.database
  const bar = { ...linkOf(ownId), _id: id(0x88), reason: 'Threatened', isActive: true }
  const { sameAs: _same, basis: _basis, state: _state, ...row } = bar
  await watchlist.insert(row)
  await until(() => test.desk.watchlist.current().length === 1, 'the watchlist')
  const own = newVisit({ visitorId: ownId })
  expect(await test.actions.letIn(own)).toMatchObject({ ok: false, error: { code: 'visitor_barred' } })
  const link = await personLinks.findOne(otherId).exec(true)
  await link.incrementalPatch({ state: 'Undone' })
  await until(() => test.desk.watchlist.current()[0]?.visitorId === otherId, 'two people')
  unwrap(await test.actions.letIn(own))
})
