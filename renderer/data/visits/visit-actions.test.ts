import 'fake-indexeddb/auto'
import type { Dexie } from 'dexie'
import { afterEach, describe, expect, it } from 'vitest'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { blindPhoneIndex } from '../desk/keys/desk-keys.ts'
import { fillDesk, openTestDesk, unwrap, until } from '../../testing/desk/open-test-desk.ts'
import type { TestDesk } from '../../testing/desk/open-test-desk.ts'
import {
  flatId,
  gateId,
  guardId,
  id,
  jpeg,
  newVisit,
  secondFlatId,
  start,
} from '../../testing/desk/sample-documents.ts'

let open: TestDesk | null = null
let names = 0

async function deskWithGuard(): Promise<TestDesk> {
  open = await openTestDesk({ name: `actions-${(names += 1)}` })
  await fillDesk(open)
  return open
}

async function reopen(desk: TestDesk): Promise<TestDesk> {
  open = await desk.reopen()
  return open
}

const entryOf = async (desk: TestDesk, entryId: string): Promise<VisitorEntry> =>
  (await desk.desk.database.visitorEntries.findOne(entryId).exec(true)).toJSON() as VisitorEntry

const namesOn = async (desk: TestDesk): Promise<string[]> =>
  (await desk.desk.database.visitors.find().exec()).map(({ name }) => name).sort()

/** A table as Dexie has it below RxDB. */
async function onDisk(desk: TestDesk, collection: 'visitors' | 'visitorEntries', table = 'docs') {
  const { dexieDb } = (await desk.desk.database[collection].storageInstance.internals) as { dexieDb: Dexie }
  return dexieDb.table(table)
}

afterEach(async () => {
  await open?.close()
  open = null
})

describe('letting in', () => {
  it('P1 P3 keeps visitor, visit and photo over a restart, without any network', async () => {
    const before = await deskWithGuard()
    const { entryId } = unwrap(await before.actions.letIn(newVisit({ photo: jpeg('face') })))
    const after = await reopen(before)
    const entry = await entryOf(after, entryId)
    expect(entry).toMatchObject({
      state: 'Inside',
      flatId,
      gateId,
      entryGuard: guardId,
      deviceId: id(0x99),
      entryDateTime: start,
      deviceTime: start,
      approvalStatus: 'Approved',
      approvalMethod: 'PhoneCall',
      vehicleDetails: { number: 'KA05JX4417', type: 'Bike' },
    })
    const visitor = await after.desk.database.visitors.findOne(entry.visitorId).exec(true)
    expect(visitor).toMatchObject({ name: 'Ravi Kumar', phone: '+919845012345', photo: entry.entryPhoto })
    const photo = await after.desk.photos.openPhoto(entry.entryPhoto ?? '')
    expect(new TextDecoder().decode(photo?.subarray(8, 12))).toBe('face')
    expect(
      after.desk.lists.inside
        .current()
        .map(({ name, flats, mark, photoMark }) => ({ name, flats, mark, photoMark })),
    ).toEqual([{ name: 'Ravi Kumar', flats: ['A-1203'], mark: 'saved', photoMark: 'saved' }])
    expect(after.desk.unsent.count()).toBe(2)
    expect(after.desk.photoStates.waitingCount()).toBe(1)
  })

  it('P1 writes the photo and the intention before the visit, so that no visit is without its photo', async () => {
    const desk = await deskWithGuard()
    const order: string[] = []
    desk.desk.store.photos.hook('creating', () => void order.push('photo'))
    desk.desk.store.unsent.hook('creating', (key) => void order.push(`unsent ${key.split('|')[0]}`))
    desk.desk.database.visitors.$.subscribe(() => order.push('visitor'))
    desk.desk.database.visitorEntries.$.subscribe(() => order.push('visit'))
    unwrap(await desk.actions.letIn(newVisit({ photo: jpeg('face') })))
    expect(order.slice(0, 3).sort()).toEqual(['photo', 'unsent visitorEntries', 'unsent visitors'])
    expect(order.slice(3)).toEqual(['visitor', 'visit'])
  })

  it('P2 FAULT-2: takes somebody typed as new for whom the whole phone and the name say', async () => {
    const desk = await deskWithGuard()
    const first = unwrap(await desk.actions.letIn(newVisit()))
    unwrap(await desk.actions.letOut(first.entryId))
    const second = unwrap(
      await desk.actions.letIn(
        newVisit({ name: 'ravi  KUMAR', phone: '+91 9845012345', flatIds: [secondFlatId, flatId] }),
      ),
    )
    const [one, two] = [await entryOf(desk, first.entryId), await entryOf(desk, second.entryId)]
    expect(two.visitorId).toBe(one.visitorId)
    expect(two.flatIds).toEqual([secondFlatId, flatId])
    expect(await namesOn(desk)).toEqual(['Ravi Kumar'])
  })

  it('FAULT-2: asks who it is where the phone is known by another name, and renames nobody', async () => {
    const desk = await deskWithGuard()
    unwrap(await desk.actions.letIn(newVisit()))
    const wife = newVisit({ name: 'Meena Kumar' })
    const uncertain = { ok: false, error: { code: 'visitor_uncertain', field: 'visitorId' } }
    expect(await desk.actions.letIn(wife)).toMatchObject(uncertain)
    expect(await desk.desk.database.visitorEntries.count().exec()).toBe(1)
    unwrap(await desk.actions.letIn({ ...wife, newPerson: true }))
    expect(await namesOn(desk)).toEqual(['Meena Kumar', 'Ravi Kumar'])
    unwrap(await desk.actions.letIn(newVisit({ name: 'Asha Kumar', newPerson: true })))
    await until(() => desk.desk.lists.inside.current().length === 3, 'the whole family inside')
  })

  it('FAULT-2: another of the same phone and name is not made: the names would not tell them apart', async () => {
    const desk = await deskWithGuard()
    unwrap(await desk.actions.letIn(newVisit()))
    expect(await desk.actions.letIn(newVisit({ newPerson: true }))).toMatchObject({
      ok: false,
      error: { code: 'visitor_namesake', field: 'name' },
    })
    expect(await namesOn(desk)).toEqual(['Ravi Kumar'])
  })

  it('FAULT-2: who was chosen comes under his own name and phone, whatever was typed beside', async () => {
    const desk = await deskWithGuard()
    const { entryId } = unwrap(await desk.actions.letIn(newVisit()))
    const { visitorId } = await entryOf(desk, entryId)
    unwrap(await desk.actions.letOut(entryId))
    unwrap(await desk.actions.letIn(newVisit({ visitorId, name: 'Meena', phone: '9845099999' })))
    expect((await desk.desk.database.visitors.findOne(visitorId).exec(true)).toJSON()).toMatchObject({
      name: 'Ravi Kumar',
      phone: '+919845012345',
    })
    expect(await desk.desk.database.visitors.count().exec()).toBe(1)
  })

  it('P2 refuses to let in twice who is inside, also by two taps at once', async () => {
    const desk = await deskWithGuard()
    const [first, second] = await Promise.all([
      desk.actions.letIn(newVisit()),
      desk.actions.letIn(newVisit()),
    ])
    expect(first?.ok).toBe(true)
    expect(second).toMatchObject({ ok: false, error: { code: 'visitor_inside', field: 'visitorId' } })
    expect(await desk.desk.database.visitorEntries.count().exec()).toBe(1)
  })

  it('updates nothing of a returning visitor', async () => {
    const desk = await deskWithGuard()
    const { entryId } = unwrap(await desk.actions.letIn(newVisit()))
    const { visitorId } = await entryOf(desk, entryId)
    unwrap(await desk.actions.letOut(entryId))
    const revision = async () => (await desk.desk.database.visitors.findOne(visitorId).exec(true)).revision
    const before = await revision()
    unwrap(await desk.actions.letIn(newVisit({ visitorId })))
    expect(await revision()).toBe(before)
  })

  it('FAULT-1: stores what a person meant: no unseen marks, the whole number, any script’s digits', async () => {
    const desk = await deskWithGuard()
    const typed = {
      name: 'Ra\u200bvi\u00a0\u0007Kumar',
      phone: '\u202a(+91) ९८७६५ ४३२१०\u202c',
      purpose: 'Par\u00adcel',
    }
    unwrap(await desk.actions.letIn(newVisit(typed)))
    expect((await desk.desk.database.visitors.findOne().exec(true)).toJSON()).toMatchObject({
      name: 'Ravi Kumar',
      phone: '+919876543210',
    })
    expect(await desk.desk.database.visitorEntries.findOne().exec(true)).toMatchObject({ purpose: 'Parcel' })
  })

  it('FAULT-4 P7: keeps the last four digits of an Aadhaar number, wherever it was typed', async () => {
    const desk = await deskWithGuard()
    const typed = {
      name: 'Ravi २३४५६७८९०१२४',
      notes: 'Showed 2345 6789 0124',
      purpose: '234567890124',
      vehicle: { number: '2345-6789-0124', type: 'Car' as const },
    }
    unwrap(await desk.actions.letIn(newVisit(typed)))
    expect(await desk.desk.database.visitors.findOne().exec(true)).toMatchObject({
      name: 'Ravi XXXXXXXX०१२४',
    })
    expect((await desk.desk.database.visitorEntries.findOne().exec(true)).toJSON()).toMatchObject({
      notes: 'Showed XXXX XXXX 0124',
      purpose: 'XXXXXXXX0124',
      vehicleDetails: { number: 'XXXXXXXX0124' },
    })
  })

  it.each([
    ['phone', newVisit({ phone: 'abc' }), 'phone'],
    ['name', newVisit({ name: '  ' }), 'name'],
    ['name that nobody sees', newVisit({ name: '\u200b\u202c' }), 'name'],
    ['phone of nine digits', newVisit({ phone: '987654321' }), 'phone'],
    ['flats', newVisit({ flatIds: [] }), 'flatIds'],
    ['flat of no form', newVisit({ flatIds: ['nowhere'] }), 'flatId'],
    ['purpose', newVisit({ purpose: 'x'.repeat(500) }), 'purpose'],
  ])('names the field of a bad %s, and writes nothing', async (_title, visit, field) => {
    const desk = await deskWithGuard()
    const refused = await desk.actions.letIn(visit)
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'invalid_document', field: expect.stringContaining(field) },
    })
    expect(await desk.desk.database.visitors.count().exec()).toBe(0)
    expect(await desk.desk.database.visitorEntries.count().exec()).toBe(0)
    expect(desk.desk.unsent.count()).toBe(0)
  })

  it('refuses a photo that is none or too large, and writes nothing', async () => {
    const desk = await deskWithGuard()
    const none = await desk.actions.letIn(newVisit({ photo: new Blob(['not a picture']) }))
    const large = await desk.actions.letIn(newVisit({ photo: jpeg('x', 81_921) }))
    expect(none).toMatchObject({ ok: false, error: { code: 'photo_not_jpeg' } })
    expect(large).toMatchObject({ ok: false, error: { code: 'photo_too_large' } })
    expect(await desk.desk.store.photos.count()).toBe(0)
    expect(await desk.desk.database.visitorEntries.count().exec()).toBe(0)
  })

  it.each([
    ['the photo', (desk: TestDesk) => desk.desk.store.photos, jpeg('face')],
    ['the key beside a photo', (desk: TestDesk) => desk.desk.store.unsent, jpeg('face')],
    ['the visitor', (desk: TestDesk) => onDisk(desk, 'visitors'), null],
    ['the key beside a visitor', (desk: TestDesk) => onDisk(desk, 'visitors', 'unsent'), null],
    ['the visit', (desk: TestDesk) => onDisk(desk, 'visitorEntries'), null],
    ['the key beside a visit', (desk: TestDesk) => onDisk(desk, 'visitorEntries', 'unsent'), null],
  ])('P1 says so when the disk refuses %s, and works again afterwards', async (_what, tableOf, photo) => {
    const desk = await deskWithGuard()
    const fail = (): never => {
      throw new Error('QuotaExceededError')
    }
    const table = await tableOf(desk)
    table.hook('creating', fail)
    expect(await desk.actions.letIn(newVisit({ photo }))).toMatchObject({
      ok: false,
      error: { code: 'device_storage_failed' },
    })
    expect(await desk.desk.database.visitorEntries.count().exec()).toBe(0)
    table.hook('creating').unsubscribe(fail)
    expect((await desk.actions.letIn(newVisit({ photo }))).ok).toBe(true)
  })

  it('P1 is cut off between visitor and visit: nobody’s visit is there, and the visitor is still sent', async () => {
    const before = await deskWithGuard()
    const visits = await onDisk(before, 'visitorEntries')
    const cut = (): never => {
      throw new Error('power cut')
    }
    visits.hook('creating', cut)
    expect((await before.actions.letIn(newVisit())).ok).toBe(false)
    visits.hook('creating').unsubscribe(cut)
    const after = await reopen(before)
    expect(after.desk.lists.inside.current()).toEqual([])
    expect(await after.desk.database.visitorEntries.count().exec()).toBe(0)
    const visitor = await after.desk.database.visitors.findOne().exec(true)
    expect(after.desk.unsent.ids('visitors')).toEqual([visitor._id])
    expect(after.desk.unsent.ids('visitorEntries')).toEqual([])
    // The guard tries again: it is the same person, and the visit is theirs.
    const { entryId } = unwrap(await after.actions.letIn(newVisit()))
    expect((await entryOf(after, entryId)).visitorId).toBe(visitor._id)
  })

  it('P4 takes a clock of 1970 without losing the visit', async () => {
    const desk = await deskWithGuard()
    desk.clock.now = 1_000
    const { entryId } = unwrap(await desk.actions.letIn(newVisit()))
    expect((await entryOf(desk, entryId)).entryDateTime).toBe(946_684_800_000)
    expect((await desk.actions.letOut(entryId)).ok).toBe(true)
  })
})

describe('a correction', () => {
  async function deskWithRavi() {
    const desk = await deskWithGuard()
    const { entryId } = unwrap(await desk.actions.letIn(newVisit()))
    const { visitorId } = await entryOf(desk, entryId)
    return { desk, visitorId }
  }

  it('FAULT-2: of name and phone is an act of its own, and waits for the server like any record', async () => {
    const { desk, visitorId } = await deskWithRavi()
    desk.onServer.add(`visitors|${visitorId}`)
    await desk.desk.unsent.settle('visitors')
    unwrap(await desk.actions.correctVisitor({ visitorId, name: ' Ravi  Kumaran', phone: '९८४५० ९९९९९' }))
    expect(await desk.desk.database.visitors.findOne(visitorId).exec(true)).toMatchObject({
      name: 'Ravi Kumaran',
      phone: '+919845099999',
      phoneIndex: await blindPhoneIndex(desk.desk.keys, '+919845099999'),
    })
    expect(desk.desk.unsent.has('visitors', visitorId)).toBe(true)
    await until(
      () => desk.desk.lists.inside.current()[0]?.name === 'Ravi Kumaran',
      'the corrected name in the list',
    )
  })

  it.each([
    ['phone', { name: 'Ravi Kumar', phone: '984509999' }, 'phone'],
    ['name', { name: '\u200b', phone: '+919845012345' }, 'name'],
  ])('with a bad %s is refused, and changes nothing', async (_what, typed, field) => {
    const { desk, visitorId } = await deskWithRavi()
    expect(await desk.actions.correctVisitor({ visitorId, ...typed })).toMatchObject({
      ok: false,
      error: { code: 'invalid_document', field },
    })
    expect(await namesOn(desk)).toEqual(['Ravi Kumar'])
  })

  it('of nothing writes nothing, and nobody is known by a made-up id', async () => {
    const { desk, visitorId } = await deskWithRavi()
    const before = (await desk.desk.database.visitors.findOne(visitorId).exec(true)).revision
    unwrap(await desk.actions.correctVisitor({ visitorId, name: 'Ravi Kumar', phone: '98450 12345' }))
    expect((await desk.desk.database.visitors.findOne(visitorId).exec(true)).revision).toBe(before)
    const nobody = { visitorId: id(1), name: 'Nobody', phone: '98450 12345' }
    expect(await desk.actions.correctVisitor(nobody)).toMatchObject({ error: { code: 'not_found' } })
  })
})

describe('letting out and undoing', () => {
  it('P1 keeps an exit over a restart, and takes a second tap for done', async () => {
    const before = await deskWithGuard()
    const { entryId } = unwrap(await before.actions.letIn(newVisit()))
    before.clock.now += 60_000
    unwrap(await before.actions.letOut(entryId))
    before.clock.now += 60_000
    unwrap(await before.actions.letOut(entryId))
    const after = await reopen(before)
    expect(await entryOf(after, entryId)).toMatchObject({
      state: 'Left',
      exitDateTime: start + 60_000,
      exitGuard: guardId,
    })
    expect(after.desk.lists.inside.current()).toEqual([])
    expect(after.desk.lists.recent.current()).toHaveLength(1)
  })

  it('undoes an entry within the time for it: the record stays, cancelled, and the lists are without it', async () => {
    const desk = await deskWithGuard()
    const { entryId } = unwrap(await desk.actions.letIn(newVisit()))
    desk.clock.now += 9_000
    unwrap(await desk.actions.undoLetIn(entryId))
    expect((await entryOf(desk, entryId)).state).toBe('Cancelled')
    await until(() => desk.desk.lists.recent.current().length === 0, 'the list without the undone visit')
    expect(desk.desk.lists.inside.current()).toEqual([])
  })

  it('undoes an exit, and neither an entry nor an exit after its time', async () => {
    const desk = await deskWithGuard()
    const { entryId } = unwrap(await desk.actions.letIn(newVisit()))
    unwrap(await desk.actions.letOut(entryId))
    unwrap(await desk.actions.undoLetOut({ entryIds: [entryId] }))
    const entry = await entryOf(desk, entryId)
    expect(entry.state).toBe('Inside')
    expect(entry).not.toHaveProperty('exitDateTime')
    desk.clock.now += 60_000
    expect(await desk.actions.undoLetIn(entryId)).toMatchObject({
      ok: false,
      error: { code: 'undo_too_late' },
    })
    unwrap(await desk.actions.letOut(entryId))
    desk.clock.now += 60_000
    expect(await desk.actions.undoLetOut({ entryIds: [entryId] })).toMatchObject({
      ok: false,
      error: { code: 'undo_too_late' },
    })
  })

  it('knows no visit by a made-up id', async () => {
    const desk = await deskWithGuard()
    expect(await desk.actions.letOut(id(1))).toMatchObject({ ok: false, error: { code: 'not_found' } })
  })
})

describe('what the server may not hold yet', () => {
  it('P4 counts each unsent document once, over restarts, and takes off what has arrived', async () => {
    const before = await deskWithGuard()
    const { entryId } = unwrap(await before.actions.letIn(newVisit()))
    unwrap(await before.actions.letOut(entryId))
    expect(before.desk.unsent.count()).toBe(2)
    const after = await reopen(before)
    expect(after.desk.unsent.count()).toBe(2)
    after.onServer.add(`visitorEntries|${entryId}`)
    await after.desk.unsent.settle('visitorEntries')
    expect(after.desk.unsent.count()).toBe(1)
    expect(after.desk.lists.recent.current()[0]?.mark).toBe('saved')
    const { visitorId } = await entryOf(after, entryId)
    after.onServer.add(`visitors|${visitorId}`)
    await after.desk.unsent.settle('visitors')
    await until(() => after.desk.lists.recent.current()[0]?.mark === 'synced', 'two ticks')
    expect((await reopen(after)).desk.unsent.count()).toBe(0)
  })

  it('P1 does not take a document off while it is being changed', async () => {
    const desk = await deskWithGuard()
    const { entryId } = unwrap(await desk.actions.letIn(newVisit()))
    desk.onServer.add(`visitorEntries|${entryId}`)
    const exit = desk.actions.letOut(entryId)
    await desk.desk.unsent.settle('visitorEntries')
    await exit
    expect(desk.desk.unsent.has('visitorEntries', entryId)).toBe(true)
  })

  it('P1 forgets the intention, and the photo, of a visit that a power cut kept from being written', async () => {
    const before = await deskWithGuard()
    const photo = unwrap(
      await before.desk.photos.sealPhoto(jpeg('lost'), {
        id: id(7),
        takenAt: start,
        collection: 'visitorEntries',
        documentId: id(8),
      }),
    )
    const cut = before.desk.unsent.write([{ collection: 'visitorEntries', documentId: id(8) }], [photo], () =>
      Promise.reject(new Error('power cut')),
    )
    await expect(cut).rejects.toThrow('power cut')
    const after = await reopen(before)
    expect(after.desk.unsent.count()).toBe(1)
    await after.desk.unsent.settle('visitorEntries')
    expect(after.desk.unsent.count()).toBe(0)
    expect(await after.desk.store.photos.count()).toBe(0)
  })
})
