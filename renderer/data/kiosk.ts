/** The open kiosk: the desk, the session, and what runs behind them. The composition root of the data. */
import { keepTrouble } from './desk/trouble.ts'
import type { Report } from './desk/trouble.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { defaultPhoneRegion } from '@chowki/shared/domain/phone.ts'
import type { SiteDocument } from '@chowki/shared/protocol/device-api.ts'
import type { KioskPlatform } from '../platform/platform.ts'
import { createEnrolKiosk } from './enrolment/enrol-kiosk.ts'
import type { DiskState, KioskData, Live, Site } from './kiosk-data.ts'
import { createStatusKeeper } from './kiosk-views.ts'
import type { KioskViews } from './kiosk-views.ts'
import { askForLastingStorage, takePageLock } from './desk/page-lock.ts'
import { feed } from './desk/live.ts'
import { openDesk } from './desk/open-desk.ts'
import type { Desk } from './desk/open-desk.ts'
import type { PageLock } from './desk/page-lock.ts'
import { createPhotoUrls } from './photos/desk-photos.ts'
import type { PhotoUrls } from './photos/desk-photos.ts'
import type { FindParts } from './people/find-people.ts'
import { createSession } from './guards/sign-in.ts'
import { createConnection } from './replication/connection.ts'
import { createBackground } from './replication/background.ts'
import type { Background } from './replication/background.ts'
import type { UnsentParts } from './replication/unsent-documents.ts'
import { createVisitActions } from './visits/visit-actions.ts'
import type { VisitActions } from './visits/visit-actions.ts'

export interface KioskParts {
  readonly report: Report
  readonly disk: Live<DiskState>
  /** The browser has closed what lies on the disk. */
  readonly onDiskLost: () => void
  readonly views: KioskViews
  readonly platform: KioskPlatform
  readonly databaseName: string
  readonly now: () => number
  readonly newId: () => string
}

export interface OpenKiosk extends Pick<KioskData, 'enrol' | 'enrolAgain' | 'signIn' | 'close'> {
  readonly desk: Desk
  readonly actions: VisitActions
  readonly findParts: FindParts
  readonly photoUrls: PhotoUrls
  signOut(): void
  saveDiagnostics: KioskData['saveDiagnostics']
  syncNow(): void
  /** To be opened anew: whatever no longer answers is left behind, and pictures on the screen stay. */
  abandon(): Promise<void>
}

export async function openKiosk(parts: KioskParts): Promise<Result<OpenKiosk, ChowkiError>> {
  const opened = await tryToOpen(parts).catch((error: unknown): Result<OpenKiosk, ChowkiError> => {
    parts.report('storage.open', error)
    return err(chowkiError('device_storage_failed'))
  })
  if (!opened.ok) parts.views.stage.set({ stage: 'failed', error: opened.error })
  return opened
}

async function tryToOpen(parts: KioskParts): Promise<Result<OpenKiosk, ChowkiError>> {
  const lock = await takePageLock(`${parts.databaseName}-page`)
  if (lock === null) return err(chowkiError('kiosk_open_elsewhere'))
  try {
    const opened = await openLocked(parts, lock)
    if (!opened.ok) lock.release()
    return opened
  } catch (error) {
    // The next try, when the cause is gone, takes it again.
    lock.release()
    throw error
  }
}

async function openLocked(parts: KioskParts, lock: PageLock): Promise<Result<OpenKiosk, ChowkiError>> {
  askForLastingStorage()
  const listeners = createLateListeners()
  const desk = await openDesk({
    platform: parts.platform,
    databaseName: parts.databaseName,
    now: parts.now,
    report: parts.report,
    standing: listeners.standing,
    clockDriftMs: () => parts.views.sync.current().clockDriftMs,
    onChange: () => listeners.changed.emit(),
    onUsersChange: () => listeners.usersChanged.emit(),
    onUnreadable: listeners.unreadable,
  })
  if (!desk.ok) return desk
  return ok(
    await startKiosk(parts, desk.value, lock, listeners).catch(async (error: unknown) => {
      await desk.value.close()
      throw error
    }),
  )
}

/** The desk opens before those who hear of its changes exist; what it says meanwhile is kept. */
interface LateListeners {
  readonly changed: Signal
  readonly usersChanged: Signal
  readonly unreadable: (collection: string) => void
  readonly standing: UnsentParts['standing']
  connect(background: Pick<Background, 'standing' | 'fetchAgain'>): void
}

interface Signal {
  emit(): void
  listen(listener: () => void): void
}

function createSignal(): Signal {
  let heard: (() => void) | null = null
  return {
    emit: () => heard?.(),
    listen(listener) {
      heard = listener
      listener()
    },
  }
}

function createLateListeners(): LateListeners {
  let background: Pick<Background, 'standing' | 'fetchAgain'> | null = null
  const unreadableBefore = new Set<string>()
  return {
    changed: createSignal(),
    usersChanged: createSignal(),
    standing: async (collection, ids) => (await background?.standing(collection, ids)) ?? new Map(),
    unreadable(collection) {
      if (background === null) unreadableBefore.add(collection)
      else background.fetchAgain(collection)
    },
    connect(to) {
      background = to
      unreadableBefore.forEach(to.fetchAgain)
    },
  }
}

async function startKiosk(
  parts: KioskParts,
  desk: Desk,
  lock: PageLock,
  listeners: LateListeners,
): Promise<OpenKiosk> {
  const { views, now, platform } = parts
  const connection = createConnection({ api: platform.api, now })
  const status = await createStatusKeeper({ desk, connection, disk: parts.disk, status: views.sync, now })
  const background = createBackground({ desk, connection, status, now })
  const session = createSession(desk, views, now)
  let deviceId: string | null = null
  const enrolment = createEnrolKiosk({
    desk,
    platform,
    stage: views.stage,
    request: connection.request,
    newId: parts.newId,
    firstReplication: background.first,
    startReplication: background.start,
    onEnrolledAgain: background.syncNow,
    onDeviceId: (id) => (deviceId = id),
  })
  const actions = createVisitActions({
    desk,
    hasRoom: () => parts.disk.current() === 'good',
    deviceId: () => deviceId,
    guardId: session.guardId,
    now,
    newId: parts.newId,
    onPhotoKept: background.photoKept,
  })
  const photoUrls = createPhotoUrls({ sealedPhotos: desk.photos, request: connection.request })
  desk.store.onLost(parts.onDiskLost)
  const stops = [
    parts.disk.subscribe(status.refresh),
    feedViews(views, desk),
    await keepTrouble(desk.store, views.trouble),
  ]
  const stopFeeding = (): void => stops.forEach((stop) => stop())
  listeners.changed.listen(() => {
    status.refresh()
    desk.lists.refresh()
  })
  listeners.usersChanged.listen(
    () => void session.refresh().catch((error: unknown) => parts.report('guards.refresh', error)),
  )
  listeners.connect(background)
  await enrolment.resume()
  const open = { enrolment, background, actions, stopFeeding, desk, lock }
  return {
    desk,
    actions,
    photoUrls,
    findParts: {
      database: desk.database,
      keys: desk.keys,
      index: desk.people,
      flats: desk.flats,
      watchlist: desk.watchlist,
      phoneRegion: () => desk.site.current()?.phoneRegion,
      now,
      report: parts.report,
    },
    enrol: enrolment.enrol,
    enrolAgain: enrolment.enrolAgain,
    signIn: session.signIn,
    signOut: session.signOut,
    async saveDiagnostics(userId, pin) {
      const approved = await session.approve(userId, pin)
      if (!approved.ok) return approved
      return platform.saveDiagnostics(views.sync.current()).catch((error: unknown) => {
        parts.report('storage.saveDiagnostics', error)
        return err(chowkiError('device_storage_failed'))
      })
    },
    syncNow: background.syncNow,
    async close() {
      await closeAll(open)
      photoUrls.close()
    },
    abandon: () => abandonAll(open, parts.report),
  }
}

async function closeAll(open: {
  readonly enrolment: { stop(): void }
  readonly background: Background
  readonly actions: Pick<VisitActions, 'ended'>
  readonly stopFeeding: () => void
  readonly desk: Desk
  readonly lock: PageLock
}): Promise<void> {
  open.enrolment.stop()
  await open.actions.ended()
  await open.background.stop()
  open.stopFeeding()
  await open.desk.close()
  open.lock.release()
}

/** A database that fails may never end what it had begun; it is left behind, and what comes after it is closed too. */
const abandonStepMs = 2_000

async function abandonAll(open: Parameters<typeof closeAll>[0], report: Report): Promise<void> {
  open.enrolment.stop()
  open.stopFeeding()
  for (const end of [open.actions.ended, open.background.stop, open.desk.close]) {
    const tooLong = new Promise<void>((resolve) => setTimeout(resolve, abandonStepMs))
    await Promise.race([end(), tooLong]).catch((error: unknown) => report('storage.abandon', error))
  }
  open.lock.release()
}

function feedViews(views: KioskViews, desk: Desk): () => void {
  const showSite = (): void => views.site.set(toSite(desk.site.current()))
  showSite()
  const stops = [
    feed(desk.lists.inside, views.inside),
    feed(desk.lists.recent, views.recent),
    feed(desk.quarantine.rows, views.quarantine),
    feed(desk.watchlist, views.watchlist),
    desk.site.subscribe(showSite),
    desk.site.subscribe(desk.lists.refresh),
  ]
  return () => stops.forEach((stop) => stop())
}

function toSite(site: SiteDocument | null): Site | null {
  if (site === null) return null
  const { societyName, gateName, timeZone, asksTemperature, asksMask, overstayMinutes } = site
  const phoneRegion = site.phoneRegion ?? defaultPhoneRegion
  return { societyName, gateName, timeZone, phoneRegion, asksTemperature, asksMask, overstayMinutes }
}
