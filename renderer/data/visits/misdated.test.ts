/** A visit of another desk whose clock stood in 1970, as it comes by replication. */
import 'fake-indexeddb/auto'
import { expect, it, onTestFinished } from 'vitest'
import { epochMsMin } from '@chowki/shared/collections/fields.ts'
import { fillDesk, openTestDesk, unwrap, until } from '../../testing/desk/open-test-desk.ts'
import { entry, newVisit, start, visitor } from '../../testing/desk/sample-documents.ts'

it('FAULT-5 a visit of a desk in 1970 stands in the journal and inside at the time of its arrival', async () => {
  const open = await openTestDesk({ name: 'misdated' })
  onTestFinished(() => open.close())
  await fillDesk(open)
  const { database, lists } = open.desk
  const before = unwrap(await open.actions.letIn(newVisit()))
  await database.visitors.insert(visitor(7))
  // More than are read of the newest.
  for (let n = 0; n < 90; n += 1)
    await database.visitorEntries.insert(
      entry(100 + n, visitor(7)._id, start - 60_000 * (n + 1), { state: 'Left' }),
    )
  const arrived = open.clock.now + 5_000
  const { exitDateTime: _, ...misdated } = entry(2, visitor(7)._id, epochMsMin, { state: 'Inside' })
  await database.visitorEntries.insert({ ...misdated, serverTime: arrived, timeDriftMs: 60_000 - arrived })
  await until(() => lists.recent.current()[0]?.entryId === misdated._id, 'the visit on top of the journal')
  await until(() => lists.inside.current().length === 2, 'both inside')
  expect(lists.recent.current()[1]?.entryId).toBe(before.entryId)
  const shown = lists.inside.current().find(({ entryId }) => entryId === misdated._id)
  expect(shown).toMatchObject({ entryAt: arrived, writtenAt: epochMsMin })
  expect(shown?.dueAt === null || (shown?.dueAt ?? 0) > arrived).toBe(true)
})
