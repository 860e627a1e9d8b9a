/** A desk whose disk fails, against the real server: it mends itself, and loses and doubles nothing. */
import 'fake-indexeddb/auto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createFailingDisk, hearAsInPage } from '../testing/desk/failing-disk.ts'
import { createFakeHost, createFakePlatform } from '../testing/fake-platform.ts'
import { unwrap, until } from '../testing/desk/open-test-desk.ts'
import { jpeg, newVisit } from '../testing/desk/sample-documents.ts'
import { enrolAnother, pullAll, startServerProcess } from '../testing/desk/server-process.ts'
import type { ServerProcess } from '../testing/desk/server-process.ts'
import type { KioskData } from './kiosk-data.ts'
import { openKioskData } from './open-kiosk-data.ts'

const longMs = 60_000
const databaseName = 'failing-disk'
const disk = createFailingDisk()
const host = createFakeHost()
let server: ServerProcess
let otherDesk = ''
let kiosk: KioskData
let freeBytes: number | null = null
const stopHearing = hearAsInPage()
let visits = 0

const open = (): KioskData => {
  const platform = createFakePlatform(host, (path, init) => fetch(`${server.origin}${path}`, init))
  return openKioskData({
    platform: {
      ...platform,
      diagnostics: async () => ({ ...(await platform.diagnostics()), freeDiskBytes: freeBytes }),
    },
    databaseName,
    diskTiming: { lookEveryMs: 50, retryMs: 200, calmMs: 60_000 },
  })
}

const stageOf = (data: KioskData): string => data.stage.current().stage
const diskOf = (data: KioskData): string => data.sync.current().disk

async function signIn(data: KioskData): Promise<void> {
  await until(() => data.guards.current().length > 0, 'guards')
  const [guard] = data.guards.current()
  const pin = server.guards.find(({ name }) => name === guard?.name)?.pin
  unwrap(await data.signIn(guard?.userId ?? '', pin ?? ''))
}

async function letIn(data: KioskData) {
  visits += 1
  const [flat] = await data.findFlats('', 1)
  const phone = `90000${String(20_000 + visits)}`
  const photo = jpeg(`visit ${visits}`, 20_000)
  return data.letIn(newVisit({ name: `Guest ${visits}`, phone, flatIds: [flat?.flatId ?? ''], photo }))
}

const isAllOnServer = (data: KioskData): boolean => {
  const { online, unsyncedRecords, unsyncedPhotos } = data.sync.current()
  return online && unsyncedRecords === 0 && unsyncedPhotos === 0
}

const onServer = async (entryId: string): Promise<number> =>
  (await pullAll(server.origin, otherDesk, 'visitorEntries')).filter(({ _id }) => _id === entryId).length

beforeAll(async () => {
  server = await startServerProcess()
  otherDesk = await enrolAnother(server.origin, await server.enrolmentCode('Service Gate'))
  kiosk = open()
  await until(() => stageOf(kiosk) === 'unenrolled', 'a desk to enrol')
  unwrap(await kiosk.enrol(server.origin, await server.enrolmentCode('Main Gate')))
  await signIn(kiosk)
}, longMs)
afterAll(async () => {
  await kiosk?.close()
  await server?.close()
  stopHearing()
})
afterEach(() => {
  disk.mend()
  host.online = true
  freeBytes = null
})

describe('FAULT-5 a disk that fails', () => {
  it(
    'refuses, says so, and saves and sends again by itself when it is well',
    { timeout: longMs },
    async () => {
      host.online = false
      const before = unwrap(await letIn(kiosk))
      disk.fail()
      await until(() => diskOf(kiosk) === 'failing', 'the failure on the screen')
      expect((await letIn(kiosk)).ok).toBe(false)
      expect((await kiosk.findPeople('Guest', 5)).length).toBeGreaterThan(0)
      host.online = true
      disk.mend()
      await until(() => diskOf(kiosk) === 'good', 'the disk well again')
      expect(stageOf(kiosk)).toBe('signedIn')
      const after = unwrap(await letIn(kiosk))
      await until(() => isAllOnServer(kiosk), 'everything on the server', longMs)
      expect([await onServer(before.entryId), await onServer(after.entryId)]).toEqual([1, 1])
    },
  )

  it('lets a guard sign in while it fails', { timeout: longMs }, async () => {
    disk.fail()
    await until(() => diskOf(kiosk) === 'failing', 'the failure on the screen')
    await kiosk.signOut()
    await signIn(kiosk)
    expect(stageOf(kiosk)).toBe('signedIn')
    disk.mend()
    await until(() => diskOf(kiosk) === 'good', 'the disk well again')
    expect(stageOf(kiosk)).toBe('signedIn')
  })

  it('opens a desk that was started while it failed', { timeout: longMs }, async () => {
    await kiosk.close()
    disk.fail()
    kiosk = open()
    await until(() => stageOf(kiosk) === 'failed', 'the failure on the screen')
    disk.mend()
    await until(() => stageOf(kiosk) === 'signedOut', 'a desk to sign in at')
    await signIn(kiosk)
  })

  it(
    'takes no new visit on the last megabytes, and goes on when there is room',
    { timeout: longMs },
    async () => {
      freeBytes = 5_000_000
      await until(() => diskOf(kiosk) === 'low', 'too little room')
      expect(await letIn(kiosk)).toMatchObject({ ok: false, error: { code: 'device_disk_low' } })
      freeBytes = 500_000_000
      await until(() => diskOf(kiosk) === 'good', 'room again')
      expect((await letIn(kiosk)).ok).toBe(true)
      await until(() => isAllOnServer(kiosk), 'everything on the server', longMs)
    },
  )

  it.each([
    'rxdb-dexie-failing-disk--1--visitorEntries',
    'failing-disk-desk',
    'rxdb-dexie-failing-disk--1--rx-replication-meta',
  ])('a single failed write to %s stops nothing for good', { timeout: longMs }, async (database) => {
    await until(() => isAllOnServer(kiosk), 'everything on the server', longMs)
    disk.failOnce(database)
    const first = await letIn(kiosk)
    await until(disk.hasFailed, 'the write to fail')
    await until(() => diskOf(kiosk) === 'good', 'the disk well')
    const { entryId } = first.ok ? first.value : unwrap(await letIn(kiosk))
    await until(() => isAllOnServer(kiosk), 'everything on the server', longMs)
    expect(await onServer(entryId)).toBe(1)
  })
})
