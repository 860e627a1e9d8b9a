import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import type { ReconcileRequest, ReconcileResponse } from '@chowki/shared/protocol/messages.ts'
import { fillDesk, openTestDesk, until } from '../../testing/desk/open-test-desk.ts'
import type { TestDesk } from '../../testing/desk/open-test-desk.ts'
import { entry, id } from '../../testing/desk/sample-documents.ts'
import type { AnyCollection } from './collection-sync.ts'
import { startDailyCheck } from './daily-check.ts'
import type { DailyCheck } from './daily-check.ts'

const dayMs = 86_400_000
/** Beyond the time between two looks. */
const nextLook = () => vi.advanceTimersByTime(6 * 60_000)

let desk: TestDesk
let check: DailyCheck | null = null
let names = 0
let photoChecks = 0

/** The network to the server, and what the server would say of the rows it is asked about. */
interface FakeNetwork {
  up: boolean
  isBusy: boolean
  /** Ids that the server holds as they are here. */
  readonly held: Set<string>
  /** Live documents beyond those that this desk asked about. */
  more: number
  readonly asked: string[][]
}

const answerOf = (network: FakeNetwork, { rows }: ReconcileRequest): ReconcileResponse => {
  const missing = rows.map((row) => row.id).filter((rowId) => !network.held.has(rowId))
  return { missing, different: [], liveCount: rows.length - missing.length + network.more, serverTime: 0 }
}

function definitionOfVisits() {
  const definition = kioskCollections.find(({ name }) => name === 'visitorEntries')
  if (!definition) throw new Error('no kiosk holds visits')
  return definition
}

/** One collection of a real desk, checked by its day. The timer alone is wound on by hand. */
function startCheck(refused: ReadonlySet<string> = new Set()) {
  const network: FakeNetwork = { up: true, isBusy: false, held: new Set(), more: 0, asked: [] }
  const startedOver: string[] = []
  const start = (): DailyCheck =>
    (check = startDailyCheck({
      report: () => undefined,
      desk: desk.desk.store,
      unsent: desk.desk.unsent,
      collections: [
        {
          collection: desk.desk.database.visitorEntries as unknown as AnyCollection,
          definition: definitionOfVisits(),
          startOver: () => Promise.resolve(void startedOver.push('visitorEntries')),
        },
      ],
      request: (path, init) => {
        if (!network.up) return Promise.reject(new TypeError('fetch failed'))
        expect(path).toBe('/api/sync/visitorEntries/reconcile')
        const body = JSON.parse(String(init.body)) as ReconcileRequest
        network.asked.push(body.rows.map((row) => row.id))
        return Promise.resolve(Response.json(answerOf(network, body)))
      },
      checkPhotos: () => Promise.resolve(void (photoChecks += 1)),
      isQuarantined: (collection, documentId) => collection === 'visitorEntries' && refused.has(documentId),
      mayCheck: () => !network.isBusy,
      now: () => desk.clock.now,
    }))
  start()
  return { network, startedOver, start }
}

const checkedAt = () => desk.desk.store.readMeta<number>('checkedAt')
const entryIds = [id(0x2001), id(0x2002)]

beforeEach(async () => {
  photoChecks = 0
  desk = await openTestDesk({ name: `daily-${(names += 1)}` })
  await fillDesk(desk)
  const visits = [entry(1, id(0x1001), desk.clock.now), entry(2, id(0x1002), desk.clock.now)]
  await desk.desk.database.visitorEntries.bulkInsert(
    visits.map((visit, index) => ({ ...visit, _id: entryIds[index] ?? '' })),
  )
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})
afterEach(async () => {
  check?.stop()
  check = null
  vi.useRealTimers()
  await desk.close()
})

describe('the daily check (P1)', () => {
  it('begins its day at the first start and asks nothing before it is over', async () => {
    const { network } = startCheck()
    await until(async () => (await checkedAt()) === desk.clock.now, 'the day begun')
    const begun = desk.clock.now
    desk.clock.now += dayMs - 1
    nextLook()
    // The store answers in turn: after this read the look has had its own.
    await checkedAt()
    expect(network.asked).toEqual([])
    desk.clock.now += 1
    network.held.add(entryIds[0] ?? '').add(entryIds[1] ?? '')
    nextLook()
    await until(async () => (await checkedAt()) === begun + dayMs, 'the next day begun')
    expect(network.asked).toEqual([entryIds])
    expect(photoChecks).toBe(1)
  })

  it('sends again what the server lacks, and shows it as not yet there (P4)', async () => {
    const { network, startedOver } = startCheck()
    await until(async () => (await checkedAt()) !== null, 'the day begun')
    network.held.add(entryIds[0] ?? '')
    desk.clock.now += dayMs
    nextLook()
    await until(async () => (await checkedAt()) === desk.clock.now, 'the check through')
    expect(desk.desk.unsent.ids('visitorEntries')).toEqual([entryIds[1]])
    const [known, lacking] = await Promise.all(
      entryIds.map((entryId) => desk.desk.database.visitorEntries.findOne(entryId).exec(true)),
    )
    expect(lacking?.updatedAt).toBe(desk.clock.now)
    expect(known?.updatedAt).toBeLessThan(desk.clock.now)
    expect(startedOver).toEqual([])
  })

  it('fetches from the beginning where the server holds more', async () => {
    const { network, startedOver } = startCheck()
    await until(async () => (await checkedAt()) !== null, 'the day begun')
    for (const entryId of entryIds) network.held.add(entryId)
    network.more = 1
    desk.clock.now += dayMs
    nextLook()
    await until(async () => (await checkedAt()) === desk.clock.now, 'the check through')
    expect(startedOver).toEqual(['visitorEntries'])
    expect(desk.desk.unsent.count()).toBe(0)
  })

  it('leaves refused rows alone: they wait for a person', async () => {
    const { network } = startCheck(new Set(entryIds))
    await until(async () => (await checkedAt()) !== null, 'the day begun')
    desk.clock.now += dayMs
    nextLook()
    await until(async () => (await checkedAt()) === desk.clock.now, 'the check through')
    expect(network.asked).toEqual([[]])
    expect(desk.desk.unsent.count()).toBe(0)
  })

  it('is tried again at the next look when the network was down or busy, also after a restart', async () => {
    const { network, start } = startCheck()
    await until(async () => (await checkedAt()) !== null, 'the day begun')
    for (const entryId of entryIds) network.held.add(entryId)
    desk.clock.now += dayMs
    network.up = false
    await expect(check?.checkNow()).rejects.toMatchObject({ name: 'SyncError' })
    expect(await checkedAt()).toBeLessThan(desk.clock.now)
    network.up = true
    network.isBusy = true
    nextLook()
    await checkedAt()
    expect(network.asked).toEqual([])
    check?.stop()
    network.isBusy = false
    start()
    await until(async () => (await checkedAt()) === desk.clock.now, 'the check through')
    expect(network.asked).toEqual([entryIds])
  })

  it('is not put off for years by a clock that was set far ahead and back', async () => {
    const { network } = startCheck()
    desk.clock.now += 10 * 365 * dayMs
    await desk.desk.store.writeMeta('checkedAt', desk.clock.now)
    desk.clock.now -= 10 * 365 * dayMs
    for (const entryId of entryIds) network.held.add(entryId)
    nextLook()
    await until(async () => (await checkedAt()) === desk.clock.now, 'the check through')
    expect(network.asked).toEqual([entryIds])
  })
})
