/** The whole kiosk's data against the real server and MongoDB: only the disk is fake-indexeddb, and only the cable is cut by hand. */
import 'fake-indexeddb/auto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createFakeHost, createFakePlatform } from '../testing/fake-platform.ts'
import type { FakeHost } from '../testing/fake-platform.ts'
import { openDeskStore } from './desk/desk-store.ts'
import type { DeskStore } from './desk/desk-store.ts'
import type { KioskData } from './kiosk-data.ts'
import { openKioskData } from './open-kiosk-data.ts'
import { sentPhotosKept } from './photos/photo-pruning.ts'
import { markSent } from './photos/sent-photos.ts'
import { unwrap, until } from '../testing/desk/open-test-desk.ts'
import { id, jpeg, newVisit } from '../testing/desk/sample-documents.ts'
import { enrolAnother, pullAll, startServerProcess } from '../testing/desk/server-process.ts'
import type { ServerProcess } from '../testing/desk/server-process.ts'

const longMs = 300_000
/** A server that is killed in a transaction leaves it to MongoDB, which ends it after 60 s. */
const waitMs = 120_000
const databaseName = 'whole-loop'
let server: ServerProcess
let host: FakeHost
let kiosk: KioskData | null = null
let otherDesk = ''
const clock = { aheadMs: 0 }

function openKiosk(): KioskData {
  const platform = createFakePlatform(host, (path, init) => fetch(`${server.origin}${path}`, init))
  kiosk = openKioskData({ platform, databaseName, now: () => Date.now() + clock.aheadMs })
  return kiosk
}

const stageOf = (data: KioskData): string => data.stage.current().stage

async function restart(): Promise<KioskData> {
  await kiosk?.close()
  const again = openKiosk()
  await until(() => stageOf(again) === 'signedOut', 'the desk open again', waitMs)
  return again
}

async function signIn(data: KioskData): Promise<void> {
  const [guard] = data.guards.current()
  const pin = server.guards.find(({ name }) => name === guard?.name)?.pin
  unwrap(await data.signIn(guard?.userId ?? '', pin ?? ''))
}

const isAllOnServer = (data: KioskData): boolean => {
  const { online, unsyncedRecords, unsyncedPhotos } = data.sync.current()
  return online && unsyncedRecords === 0 && unsyncedPhotos === 0
}

/** What lies on the disk, while no kiosk has it open. */
async function onDisk<T>(work: (store: DeskStore) => Promise<T>): Promise<T> {
  await kiosk?.close()
  const store = await openDeskStore(`${databaseName}-desk`)
  return work(store).finally(() => store.close())
}

/** Forty times as fast as on a desk, and still so slowly that a half-minutely question is answered before the look. */
async function lookUntil(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  let woundAt = 0
  const woundAndSo = (): boolean | Promise<boolean> => {
    if (performance.now() - woundAt > 100) {
      woundAt = performance.now()
      vi.advanceTimersByTime(4_000)
    }
    return isSo()
  }
  await until(woundAndSo, what, waitMs)
}

const visitsOnServer = async (entryId: string) =>
  (await pullAll(server.origin, otherDesk, 'visitorEntries')).filter((entry) => entry._id === entryId)

beforeAll(async () => {
  server = await startServerProcess()
  otherDesk = await enrolAnother(server.origin, await server.enrolmentCode('Service Gate'))
  host = createFakeHost()
  const data = openKiosk()
  await until(() => stageOf(data) === 'unenrolled', 'a desk to enrol', waitMs)
  unwrap(await data.enrol(server.origin, await server.enrolmentCode('Main Gate')))
}, longMs)
afterAll(async () => {
  await kiosk?.close()
  await server.close()
})
afterEach(() => {
  vi.useRealTimers()
  host.online = true
  clock.aheadMs = 0
})

describe('a kiosk and its server', () => {
  it('P3 lets a guard sign in offline right after enrolment', { timeout: longMs }, async () => {
    host.online = false
    const data = await restart()
    expect(data.site.current()).toMatchObject({ societyName: 'Lotus Heights', gateName: 'Main Gate' })
    expect(data.guards.current().length).toBeGreaterThan(0)
    await signIn(data)
    expect(stageOf(data)).toBe('signedIn')
    expect((await data.findFlats('', 5)).length).toBe(5)
    expect((await data.findPeople('', 5)).length).toBe(5)
  })

  it(
    'P1 P2 brings an offline visit with its photo to the server once, over a restart',
    { timeout: longMs },
    async () => {
      host.online = false
      let data = await restart()
      await signIn(data)
      const [flat] = await data.findFlats('', 1)
      const photo = jpeg('whole loop', 30_000)
      const visit = newVisit({
        name: 'Bhaskar Whole-Loop',
        phone: '9000012345',
        flatIds: [flat?.flatId ?? ''],
        photo,
      })
      const { entryId } = unwrap(await data.letIn(visit))
      await until(() => data.sync.current().unsyncedRecords === 2, 'two unsent records')
      expect(data.sync.current()).toMatchObject({ online: false, unsyncedPhotos: 1 })

      data = await restart()
      expect(data.inside.current().find((one) => one.entryId === entryId)).toMatchObject({
        name: 'Bhaskar Whole-Loop',
        mark: 'saved',
        photoMark: 'saved',
      })
      await signIn(data)
      unwrap(await data.letOut(entryId))
      expect(await visitsOnServer(entryId)).toEqual([])

      host.online = true
      data.syncNow()
      await until(() => isAllOnServer(data), 'everything on the server', waitMs)
      expect(data.quarantine.current()).toEqual([])
      const [entry, ...more] = await visitsOnServer(entryId)
      expect(more).toEqual([])
      expect(entry).toMatchObject({ state: 'Left', entryType: 'Delivery' })
      expect(entry).not.toHaveProperty('phoneIndex')
      const visitors = await pullAll(server.origin, otherDesk, 'visitors')
      expect(visitors.filter((one) => one['phone'] === '+919000012345')).toHaveLength(1)
      expect(visitors.find((one) => one['phone'] === '+919000012345')).not.toHaveProperty('phoneIndex')
      const seen = await fetch(`${server.origin}/api/photos/${String(entry?.['entryPhoto'])}`, {
        headers: { authorization: `Bearer ${otherDesk}` },
      })
      expect(Buffer.from(await seen.arrayBuffer()).equals(Buffer.from(await photo.arrayBuffer()))).toBe(true)
      await until(
        () => data.recent.current().find((one) => one.entryId === entryId)?.mark === 'synced',
        'two ticks',
      )
      expect(data.sync.current().lastSyncedAt).not.toBeNull()
    },
  )

  it('P1 sends what was saved while the server was killed in mid-push', { timeout: longMs }, async () => {
    const data = await restart()
    await signIn(data)
    const flats = await data.findFlats('', 20)
    await until(() => data.sync.current().online, 'online', waitMs)
    const ids: string[] = []
    for (const [n, flat] of flats.entries()) {
      if (n === 10) await server.kill()
      const visit = newVisit({ name: `Killed ${n}`, phone: `90001${10_000 + n}`, flatIds: [flat.flatId] })
      ids.push(unwrap(await data.letIn(visit)).entryId)
    }
    await until(() => !data.sync.current().online, 'offline', waitMs)
    expect(data.sync.current().unsyncedRecords).toBeGreaterThan(0)
    await server.start()
    data.syncNow()
    await until(() => isAllOnServer(data), 'everything on the server', waitMs)
    const stored = (await pullAll(server.origin, otherDesk, 'visitorEntries')).map((entry) => entry._id)
    expect(ids.filter((entryId) => stored.includes(entryId))).toEqual(ids)
    expect(new Set(stored).size).toBe(stored.length)
  })

  it('P1 P4 prunes a photo that is on the server and shows it from there', { timeout: longMs }, async () => {
    let data = await restart()
    await signIn(data)
    const [flat] = await data.findFlats('', 1)
    const photo = jpeg('pruned', 30_000)
    const who = { name: 'Pruned Later', phone: '9000500001', flatIds: [flat?.flatId ?? ''] }
    const { entryId } = unwrap(await data.letIn(newVisit({ ...who, photo })))
    await until(() => isAllOnServer(data), 'everything on the server', waitMs)
    const others = Array.from({ length: sentPhotosKept }, (_, n) => ({
      photoId: id(n),
      takenAt: 0,
      sha256: '',
    }))
    const mine = await onDisk(async ({ sentPhotos }) => {
      const listed = await sentPhotos.toArray()
      await sentPhotos.bulkAdd(others)
      return listed.map((row) => row.photoId)
    })
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    data = await restart()
    const photoId = data.recent.current().find((one) => one.entryId === entryId)?.entryPhotoId ?? ''
    expect(mine).toContain(photoId)
    const reader = await openDeskStore(`${databaseName}-desk`)
    await lookUntil(async () => (await reader.photos.get(photoId)) === undefined, 'the photo pruned')
    await reader.sentPhotos.clear()
    reader.close()
    const shown = await fetch((await data.photoUrl(photoId)) ?? '')
    expect(Buffer.from(await shown.arrayBuffer()).equals(Buffer.from(await photo.arrayBuffer()))).toBe(true)
    expect(data.sync.current().unsyncedPhotos).toBe(0)
    expect(data.recent.current().find((one) => one.entryId === entryId)?.photoMark).toBe('synced')
  })

  it('P1 P4 shows and sends again a photo that the server lost', { timeout: longMs }, async () => {
    host.online = false
    let data = await restart()
    await signIn(data)
    const [flat] = await data.findFlats('', 1)
    const who = { name: 'Lost By The Server', phone: '9000500002', flatIds: [flat?.flatId ?? ''] }
    const { entryId } = unwrap(await data.letIn(newVisit({ ...who, photo: jpeg('lost', 30_000) })))
    // As after a restored backup: the desk has its acknowledgement, the server has no photo.
    const photoId = await onDisk(async (store) => {
      const [waiting, ...more] = await store.photos.filter(({ state }) => state === 'waiting').toArray()
      expect(more).toEqual([])
      if (waiting !== undefined) await markSent(store, [waiting])
      await store.writeMeta('checkedAt', Date.now() - 2 * 86_400_000)
      return waiting?.id ?? ''
    })
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    data = await restart()
    expect(data.sync.current().unsyncedPhotos).toBe(0)
    const seen: number[] = []
    const stop = data.sync.subscribe(() => seen.push(data.sync.current().unsyncedPhotos))
    host.online = true
    data.syncNow()
    const seenFromOther = () =>
      fetch(`${server.origin}/api/photos/${photoId}`, { headers: { authorization: `Bearer ${otherDesk}` } })
    expect((await seenFromOther()).status).toBe(404)
    await until(() => isAllOnServer(data), 'the visit on the server', waitMs)
    await lookUntil(async () => (await seenFromOther()).ok, 'the photo on the server again')
    await until(() => isAllOnServer(data), 'everything on the server', waitMs)
    stop()
    expect(seen).toContain(1)
    expect((await visitsOnServer(entryId)).map((entry) => entry['entryPhoto'])).toEqual([photoId])
  })

  it('P1 trap 1: sends what was saved after the clock was put back', { timeout: longMs }, async () => {
    clock.aheadMs = 0
    let data = await restart()
    await signIn(data)
    await until(() => data.sync.current().online, 'online', waitMs)
    const [flat] = await data.findFlats('', 1)
    const before = newVisit({ name: 'Before The Clock', phone: '9000300001', flatIds: [flat?.flatId ?? ''] })
    unwrap(await data.letIn(before))
    await until(() => isAllOnServer(data), 'everything on the server', waitMs)
    host.online = false
    clock.aheadMs = -86_400_000
    data = await restart()
    await signIn(data)
    const after = newVisit({ name: 'After The Clock', phone: '9000300002', flatIds: [flat?.flatId ?? ''] })
    const { entryId } = unwrap(await data.letIn(after))
    host.online = true
    data.syncNow()
    await until(() => isAllOnServer(data), 'everything on the server', waitMs)
    expect(await visitsOnServer(entryId)).toHaveLength(1)
  })

  it(
    'P4 P1 says that the desk was revoked, and keeps what is saved meanwhile',
    { timeout: longMs },
    async () => {
      const data = await restart()
      await signIn(data)
      await until(() => data.sync.current().online, 'online', waitMs)
      const { token } = host
      host.token = `${token?.split('.').slice(0, -1).join('.')}.${'x'.repeat(43)}`
      const [flat] = await data.findFlats('', 1)
      const visit = newVisit({
        name: 'Revoked Meanwhile',
        phone: '9000400001',
        flatIds: [flat?.flatId ?? ''],
      })
      const { entryId } = unwrap(await data.letIn(visit))
      await until(() => data.sync.current().trouble === 'revoked', 'the trouble shown', waitMs)
      expect(data.sync.current().unsyncedRecords).toBeGreaterThan(0)
      host.token = token
      data.syncNow()
      await until(() => isAllOnServer(data), 'everything on the server', waitMs)
      expect(data.sync.current().trouble).toBe('none')
      expect(await visitsOnServer(entryId)).toHaveLength(1)
    },
  )

  it(
    'FAULT-6 P1 P2 a desk taken no more is enrolled again, and sends what waited once',
    { timeout: longMs },
    async () => {
      const data = await restart()
      await signIn(data)
      await until(() => data.sync.current().online, 'online', waitMs)
      const deviceOf = (): string => host.token?.split('.').slice(0, -1).join('.') ?? ''
      const device = deviceOf()
      host.token = `${device}.${'x'.repeat(43)}`
      const [flat] = await data.findFlats('', 1)
      const visit = newVisit({
        name: 'Before The New Code',
        phone: '9000400002',
        flatIds: [flat?.flatId ?? ''],
      })
      const { entryId } = unwrap(await data.letIn(visit))
      await until(() => data.sync.current().trouble === 'revoked', 'the trouble shown', waitMs)
      expect(await data.enrolAgain('ZZZZ2222')).toMatchObject({
        ok: false,
        error: { code: 'enrolment_code_invalid' },
      })
      unwrap(await data.enrolAgain(await server.enrolmentCode('Main Gate')))
      await until(() => isAllOnServer(data), 'everything on the server', waitMs)
      expect(deviceOf()).toBe(device)
      expect(data.sync.current().trouble).toBe('none')
      expect(await visitsOnServer(entryId)).toHaveLength(1)
    },
  )
})
