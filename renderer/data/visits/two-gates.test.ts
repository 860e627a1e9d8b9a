/** What this desk makes of what the other gate did to the same person. */
import 'fake-indexeddb/auto'
import { afterEach, expect, it } from 'vitest'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { fillDesk, openTestDesk, unwrap, until } from '../../testing/desk/open-test-desk.ts'
import type { TestDesk } from '../../testing/desk/open-test-desk.ts'
import { entry, newVisit, otherGateId, otherGuardId, start } from '../../testing/desk/sample-documents.ts'

let open: TestDesk | null = null
let names = 0
afterEach(async () => {
  await open?.close()
  open = null
})

interface AtTwoGates {
  readonly desk: TestDesk
  readonly entryId: string
  readonly visitorId: string
  /** As it comes by replication. */
  otherGateLetsIn(at: number): Promise<string>
  otherGateLetsOut(at: number): Promise<void>
}

async function letInHere(): Promise<AtTwoGates> {
  open = await openTestDesk({ name: `two-gates-${(names += 1)}` })
  const desk = open
  await fillDesk(desk)
  const { visitorEntries } = desk.desk.database
  const { entryId } = unwrap(await desk.actions.letIn(newVisit()))
  const { visitorId } = await visitorEntries.findOne(entryId).exec(true)
  return {
    desk,
    entryId,
    visitorId,
    async otherGateLetsIn(at) {
      const { exitDateTime: _, ...visit } = entry(1, visitorId, at, { state: 'Inside', gateId: otherGateId })
      await visitorEntries.insert(visit)
      return visit._id
    },
    async otherGateLetsOut(at) {
      const visit = await visitorEntries.findOne(entryId).exec(true)
      await visit.incrementalPatch({ state: 'Left', exitDateTime: at, exitGuard: otherGuardId })
    },
  }
}

const statesOn = async ({ desk }: TestDesk): Promise<VisitorEntry['state'][]> =>
  (await desk.database.visitorEntries.find({ sort: [{ sortKey: 'desc' }] }).exec()).map(({ state }) => state)

const overtaken = { ok: false, error: { code: 'undo_overtaken' } }

it('FAULT-2: who is in twice is one row with both gates and times, and in the journal both visits tell of it', async () => {
  const { desk, entryId, otherGateLetsIn } = await letInHere()
  const otherEntryId = await otherGateLetsIn(start + 60_000)
  const { inside, recent } = desk.desk.lists
  await until(() => inside.current()[0]?.alsoOpen.length === 1, 'the row in twice')
  expect(inside.current()).toMatchObject([
    {
      ...{ entryId, gateName: 'Main Gate', entryAt: start },
      alsoOpen: [{ entryId: otherEntryId, gateName: 'East Gate', entryAt: start + 60_000 }],
    },
  ])
  await until(() => recent.current().length === 2, 'both visits in the journal')
  expect(recent.current().map((visit) => visit.alsoOpen.map((other) => other.entryId))).toEqual([
    [entryId],
    [otherEntryId],
  ])
  expect(desk.desk.people.person(inside.current()[0]?.visitorId ?? '')?.insideEntryId).not.toBeNull()
})

it('FAULT-2: one exit ends both visits and says so, and taken back both are open again', async () => {
  const { desk, entryId, otherGateLetsIn } = await letInHere()
  const otherEntryId = await otherGateLetsIn(start + 60_000)
  desk.clock.now += 120_000
  const exit = unwrap(await desk.actions.letOut(otherEntryId))
  expect(new Set(exit.entryIds)).toEqual(new Set([entryId, otherEntryId]))
  expect(await statesOn(desk)).toEqual(['Left', 'Left'])
  expect(desk.desk.unsent.ids('visitorEntries')).toHaveLength(2)
  await until(() => desk.desk.lists.inside.current().length === 0, 'nobody inside')
  unwrap(await desk.actions.undoLetOut(exit))
  expect(await statesOn(desk)).toEqual(['Inside', 'Inside'])
  await until(() => desk.desk.lists.inside.current()[0]?.alsoOpen.length === 1, 'the row in twice again')
})

it('FAULT-2: the search knows who is inside by one visit after the other of two has ended', async () => {
  const { desk, visitorId, otherGateLetsIn, otherGateLetsOut } = await letInHere()
  const otherEntryId = await otherGateLetsIn(start + 60_000)
  await otherGateLetsOut(start + 90_000)
  await until(() => desk.desk.people.person(visitorId)?.insideEntryId === otherEntryId, 'the open visit')
})

it('FAULT-2: an exit is not taken back when the other gate has let in again: no two visits stand open', async () => {
  const { desk, entryId, otherGateLetsIn } = await letInHere()
  const exit = unwrap(await desk.actions.letOut(entryId))
  await otherGateLetsIn(start + 2_000)
  desk.clock.now += 5_000
  expect(await desk.actions.undoLetOut(exit)).toMatchObject(overtaken)
  expect(await statesOn(desk)).toEqual(['Left', 'Inside'])
})

it('FAULT-2: an exit that the other gate made first is not taken back here: he went there', async () => {
  const { desk, entryId, otherGateLetsOut } = await letInHere()
  await otherGateLetsOut(start + 1_000)
  const exit = unwrap(await desk.actions.letOut(entryId))
  expect(await desk.actions.undoLetOut(exit)).toMatchObject(overtaken)
  expect(await statesOn(desk)).toEqual(['Left'])
})

it('FAULT-2: an entry is not taken back once the other gate has let out: he was here', async () => {
  const { desk, entryId, otherGateLetsOut } = await letInHere()
  await otherGateLetsOut(start + 1_000)
  expect(await desk.actions.undoLetIn(entryId)).toMatchObject(overtaken)
  expect(await statesOn(desk)).toEqual(['Left'])
})

it('FAULT-2: what the other gate took back already is taken back', async () => {
  const { desk, entryId } = await letInHere()
  const exit = unwrap(await desk.actions.letOut(entryId))
  unwrap(await desk.actions.undoLetOut(exit))
  unwrap(await desk.actions.undoLetOut(exit))
  unwrap(await desk.actions.undoLetIn(entryId))
  unwrap(await desk.actions.undoLetIn(entryId))
  expect(await statesOn(desk)).toEqual(['Cancelled'])
})
