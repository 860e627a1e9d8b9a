import 'fake-indexeddb/auto'
import { afterEach, describe, expect, it } from 'vitest'
import type { WatchlistRow } from '@chowki/shared/collections/watchlist.ts'
import { fillDesk, openTestDesk, unwrap, until } from '../../testing/desk/open-test-desk.ts'
import type { TestDesk } from '../../testing/desk/open-test-desk.ts'
import { id, newVisit, societyId, start } from '../../testing/desk/sample-documents.ts'

let open: TestDesk | null = null
let names = 0

const barred = { field: 'approvalMethod', code: 'visitor_barred' }

async function deskThatBars(row: Partial<WatchlistRow>): Promise<TestDesk> {
  open = await openTestDesk({ name: `admission-${(names += 1)}` })
  await fillDesk(open)
  await bar(open, row)
  return open
}

async function bar(test: TestDesk, row: Partial<WatchlistRow>): Promise<void> {
  const envelope = { _id: id(0x770 + (names += 1)), societyId, createdAt: start, updatedAt: start }
  const count = test.desk.watchlist.current().length
  await test.desk.database.watchlist.insert({ ...envelope, reason: 'Threatened', isActive: true, ...row })
  await until(() => test.desk.watchlist.current().length > count, 'the watchlist')
}

afterEach(async () => {
  await open?.close()
  open = null
})

describe('FAULT-4: every entry passes the one rule', () => {
  it.each([
    ['phone', { phone: '+919845012345' }],
    ['plate', { vehicleNumber: 'KA-05 JX 4417' }],
  ])('a barred %s typed as new is refused with its field, and nothing is written', async (_what, row) => {
    const test = await deskThatBars(row)
    expect(await test.actions.letIn(newVisit())).toMatchObject({ ok: false, error: barred })
    expect(await test.desk.database.visitors.count().exec()).toBe(0)
    expect(await test.desk.database.visitorEntries.count().exec()).toBe(0)
    expect(test.desk.unsent.count()).toBe(0)
  })

  it('a barred person is refused chosen and typed anew, a barred plate for somebody known too', async () => {
    const test = await deskThatBars({ name: 'Nobody Here' })
    const { entryId } = unwrap(await test.actions.letIn(newVisit({ vehicle: null })))
    unwrap(await test.actions.letOut(entryId))
    const [known] = await test.desk.database.visitors.find().exec()
    const visitorId = known?._id ?? ''
    const again = newVisit({ visitorId, vehicle: null })
    await bar(test, { vehicleNumber: 'MH12AB1234' })
    const plated = { ...again, vehicle: { number: 'mh 12 ab 1234', type: 'Car' as const } }
    expect(await test.actions.letIn(plated)).toMatchObject({ ok: false, error: barred })
    await bar(test, { visitorId })
    expect(await test.actions.letIn(again)).toMatchObject({ ok: false, error: barred })
    expect(await test.actions.letIn(newVisit({ vehicle: null }))).toMatchObject({ ok: false, error: barred })
  })

  it('is passed on the guard’s word with a reason, which is kept as the override’s', async () => {
    const test = await deskThatBars({ phone: '+919845012345' })
    const onMyWord = newVisit({ approvalMethod: 'Override', notes: 'two bags' })
    for (const overrideReason of [null, '', ' \u200b'])
      expect(await test.actions.letIn({ ...onMyWord, overrideReason })).toMatchObject({
        ok: false,
        error: { code: 'reason_missing', field: 'overrideReason' },
      })
    unwrap(await test.actions.letIn({ ...onMyWord, overrideReason: ' Supervisor Rao asked ' }))
    expect(await test.desk.database.visitorEntries.findOne().exec(true)).toMatchObject({
      approvalMethod: 'Override',
      overrideReason: 'Supervisor Rao asked',
      notes: 'two bags',
    })
  })

  it('an override without any bar needs its reason too', async () => {
    const test = await deskThatBars({ name: 'Nobody Here' })
    expect(await test.actions.letIn(newVisit({ approvalMethod: 'Override' }))).toMatchObject({
      ok: false,
      error: { code: 'reason_missing', field: 'overrideReason' },
    })
  })

  it('a name like a barred one is let in once the guard has said who it is not, and the visit says so', async () => {
    const test = await deskThatBars({ name: 'ravi kumar' })
    expect(await test.actions.letIn(newVisit())).toMatchObject({
      ok: false,
      error: { code: 'name_barred', field: 'nameChecked' },
    })
    unwrap(await test.actions.letIn(newVisit({ nameChecked: true })))
    expect(await test.desk.database.visitorEntries.findOne().exec(true)).toMatchObject({ nameChecked: true })
  })

  it('a bar that is over at the entry bars nobody', async () => {
    const test = await deskThatBars({ phone: '+919845012345', validTo: start - 1 })
    unwrap(await test.actions.letIn(newVisit()))
  })
})
