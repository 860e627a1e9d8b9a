/** `KioskData` in memory, with sample people, for screenshots and component tests. Not part of the product's bundle. */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type {
  FlatOption,
  KioskData,
  KioskStage,
  NewVisit,
  PersonHit,
  SyncMark,
  SyncStatus,
  Visit,
  Trouble,
} from '../data/kiosk-data.ts'
import {
  id,
  sampleDesk,
  sampleFlats,
  sampleGuards,
  samplePin,
  samplePortrait,
  sampleQuarantine,
  sampleSite,
  sampleWatchlist,
} from './fake-sample.ts'
import { whoIsIt } from '@chowki/shared/domain/people/who-is-it.ts'
import { normalisePhone } from '@chowki/shared/domain/phone.ts'
import { createLive } from '../data/desk/live.ts'

/** A code that has enrolled another desk already. */
export const refusedCode = 'VSED0000'

export type FakeVariant = 'online' | 'offline' | 'quarantine' | 'revoked' | 'empty'

export interface FakeOptions {
  readonly variant?: FakeVariant
  /** Where the kiosk stands at first; every guard's PIN is `samplePin`. */
  readonly start?: 'unenrolled' | 'signedOut' | 'signedIn'
  readonly now?: () => number
  readonly isDiskFull?: boolean
  /** The other gate has let in Deepak Rao as well. */
  readonly isInTwice?: boolean
}

const statusOf: Record<
  FakeVariant,
  Omit<SyncStatus, 'lastSyncedAt' | 'waitingSince'> & { readonly ageMs: number }
> = {
  online: status(true, 0, 0, 0, 4_000),
  offline: status(false, 5, 3, 0, 47 * 60_000),
  quarantine: status(true, 1, 0, 1, 9_000),
  revoked: { ...status(false, 5, 3, 0, 26 * 3_600_000), trouble: 'revoked' },
  empty: status(true, 0, 0, 0, 2_000),
}

function status(online: boolean, records: number, photos: number, quarantined: number, ageMs: number) {
  return {
    online,
    unsyncedRecords: records,
    unsyncedPhotos: photos,
    quarantined,
    clockDriftMs: 400,
    trouble: 'none' as const,
    disk: 'good' as const,
    ageMs,
  }
}

const firstStage = (start: NonNullable<FakeOptions['start']>): KioskStage => {
  const [guard] = sampleGuards
  return start === 'signedIn' && guard !== undefined
    ? { stage: 'signedIn', guard }
    : start === 'unenrolled'
      ? { stage: start, refusal: null }
      : { stage: 'signedOut' }
}

export function createFakeKioskData(options: FakeOptions = {}): KioskData {
  const {
    variant = 'online',
    start = 'signedIn',
    now = Date.now,
    isDiskFull = false,
    isInTwice = false,
  } = options
  const { ageMs, ...first } = statusOf[variant]
  const desk = variant === 'empty' ? { people: [], visits: [] } : sampleDesk(now(), first.unsyncedRecords)
  const stage = createLive<KioskStage>(firstStage(start))
  const lastSyncedAt = now() - ageMs
  const waitingSince = first.unsyncedRecords > 0 ? lastSyncedAt : null
  const sync = createLive<SyncStatus>({ ...first, lastSyncedAt, waitingSince })
  const people = createLive<readonly PersonHit[]>(desk.people)
  const atGates = isInTwice ? withOtherGate(desk.visits, now()) : desk.visits
  const visits = createLive<readonly Visit[]>(
    variant === 'quarantine'
      ? atGates.map((v, n) => (n === 1 ? { ...v, mark: 'refused' as const } : v))
      : atGates,
  )
  const inside = createLive<readonly Visit[]>([])
  const showInside = (): void => inside.set(firstOfEach(visits.current()))
  visits.subscribe(showInside)
  showInside()
  const urls = new Map<string, string>()
  const photos = new Map<string, Blob>()

  const saved = (records: number, photosMore: number): void =>
    sync.update((s) =>
      s.online
        ? { ...s, lastSyncedAt: now() }
        : {
            ...s,
            unsyncedRecords: s.unsyncedRecords + records,
            unsyncedPhotos: s.unsyncedPhotos + photosMore,
          },
    )
  const change = (entryId: string, patch: Partial<Visit>) => {
    if (!visits.current().some((visit) => visit.entryId === entryId)) return err(chowkiError('not_found'))
    visits.update((list) =>
      list.map((v) => (v.entryId === entryId ? { ...v, ...patch, mark: markNow() } : v)).map(toldOfOther),
    )
    const insideEntryId = patch.exitAt === null ? entryId : null
    people.update((list) =>
      list.map((p) =>
        visits.current().find((v) => v.entryId === entryId)?.visitorId === p.visitorId
          ? { ...p, insideEntryId }
          : p,
      ),
    )
    saved(1, 0)
    return ok(null)
  }
  const markNow = (): SyncMark => (sync.current().online ? 'synced' : 'saved')

  return {
    stage,
    sync,
    inside,
    recent: visits,
    site: createLive(sampleSite),
    guards: createLive(sampleGuards),
    quarantine: createLive(variant === 'quarantine' ? sampleQuarantine(now()) : []),
    watchlist: createLive(sampleWatchlist(desk.people, now())),
    trouble: createLive<Trouble | null>(
      variant === 'offline' ? { area: 'photos', at: now() - 12 * 60_000 } : null,
    ),
    saveDiagnostics(userId, pin) {
      if (!sampleGuards.some((guard) => guard.userId === userId && guard.isSupervisor))
        return Promise.resolve(err(chowkiError('forbidden', { field: 'userId' })))
      if (pin !== samplePin) return Promise.resolve(err(chowkiError('pin_wrong', { field: 'pin' })))
      return Promise.resolve(
        isDiskFull
          ? err(chowkiError('device_storage_failed'))
          : ok({ place: '/home/gate/Downloads/chowki-diagnostics.json' }),
      )
    },
    enrol(_serverUrl, code) {
      if (code.length < 8 || code === refusedCode) {
        const refusal = chowkiError('enrolment_code_used', { field: 'code' })
        stage.set({ stage: 'unenrolled', refusal })
        return Promise.resolve(err(refusal))
      }
      stage.set({ stage: 'signedOut' })
      return Promise.resolve(ok(null))
    },
    enrolAgain(code) {
      if (code === refusedCode)
        return Promise.resolve(err(chowkiError('enrolment_code_used', { field: 'code' })))
      sync.update((s) => ({ ...s, online: true, trouble: 'none', unsyncedRecords: 0, unsyncedPhotos: 0 }))
      return Promise.resolve(ok(null))
    },
    signIn(userId, pin) {
      const guard = sampleGuards.find((g) => g.userId === userId)
      if (guard === undefined || pin !== samplePin)
        return Promise.resolve(err(chowkiError('pin_wrong', { field: 'pin' })))
      stage.set({ stage: 'signedIn', guard })
      return Promise.resolve(ok(guard))
    },
    signOut: () => Promise.resolve(stage.set({ stage: 'signedOut' })),
    findPeople: (term, limit) =>
      Promise.resolve(
        people
          .current()
          .filter((p) => matchesPerson(p, term))
          .slice(0, limit),
      ),
    findFlats: (term, limit) =>
      Promise.resolve(sampleFlats.filter((f) => matchesFlat(f, term)).slice(0, limit)),
    letIn(visit) {
      const known = knownAs(visit, people.current())
      if (known === 'uncertain')
        return Promise.resolve(err(chowkiError('visitor_uncertain', { field: 'visitorId' })))
      if (known !== undefined && known.insideEntryId !== null)
        return Promise.resolve(err(chowkiError('visitor_inside', { field: 'visitorId' })))
      const entryId = id(8, visits.current().length)
      const photoId = visit.photo === null ? null : id(9, visits.current().length)
      if (visit.photo !== null && photoId !== null) photos.set(photoId, visit.photo)
      const { name, phone } = known ?? { name: visit.name, phone: normalisePhone(visit.phone) ?? visit.phone }
      const made = visitOf(
        { ...visit, name, phone },
        entryId,
        known?.visitorId ?? id(10, visits.current().length),
        photoId,
        now(),
      )
      visits.update((list) => [
        { ...made, mark: markNow(), photoMark: photoId === null ? null : markNow() },
        ...list,
      ])
      people.update((list) => [personOf(made, known), ...list.filter((p) => p !== known)])
      saved(known === undefined ? 2 : 1, photoId === null ? 0 : 1)
      return Promise.resolve(ok({ entryId }))
    },
    undoLetIn(entryId) {
      const undone = change(entryId, { exitAt: now() })
      visits.update((list) => list.filter((v) => v.entryId !== entryId))
      return Promise.resolve(undone)
    },
    letOut(entryId) {
      const { visitorId } = visits.current().find((visit) => visit.entryId === entryId) ?? {}
      const open = visits.current().filter((visit) => visit.visitorId === visitorId && visit.exitAt === null)
      const entryIds = open.map((visit) => visit.entryId)
      for (const id of entryIds) change(id, { exitAt: now() })
      return Promise.resolve(entryIds.length > 0 ? ok({ entryIds }) : err(chowkiError('not_found')))
    },
    undoLetOut({ entryIds }) {
      for (const entryId of entryIds) change(entryId, { exitAt: null })
      return Promise.resolve(ok(null))
    },
    correctVisitor({ visitorId, name, phone: typed }) {
      const phone = normalisePhone(typed)
      if (phone === null) return Promise.resolve(err(chowkiError('invalid_document', { field: 'phone' })))
      people.update((list) => list.map((p) => (p.visitorId === visitorId ? { ...p, name, phone } : p)))
      visits.update((list) => list.map((v) => (v.visitorId === visitorId ? { ...v, name, phone } : v)))
      saved(1, 0)
      return Promise.resolve(ok({ visitorId, name, phone }))
    },
    photoUrl(photoId) {
      if (!sync.current().online && !photos.has(photoId) && isPruned(photoId)) return Promise.resolve(null)
      const url = urls.get(photoId) ?? URL.createObjectURL(photos.get(photoId) ?? samplePortrait(photoId))
      urls.set(photoId, url)
      return Promise.resolve(url)
    },
    syncNow: () => saved(0, 0),
    close: () => Promise.resolve(),
  }
}

/** As after the network came back: gates that could not hear of each other let in the same person. */
function withOtherGate(visits: readonly Visit[], now: number): readonly Visit[] {
  const twin = (visit: Visit): Visit => {
    const entryAt = now - 9 * 60_000
    return {
      ...visit,
      entryId: id(11, 1),
      gateName: 'East Gate',
      entryAt,
      entryPhotoId: null,
      photoMark: null,
    }
  }
  const [first] = visits.filter((visit) => visit.name === 'Deepak Rao')
  return first === undefined
    ? visits
    : visits.flatMap((v) => (v === first ? [twin(v), v] : [v])).map(toldOfOther)
}

const toldOfOther = (visit: Visit, _at: number, visits: readonly Visit[]): Visit => {
  const isOther = (other: Visit): boolean =>
    other.entryId !== visit.entryId && other.visitorId === visit.visitorId && other.exitAt === null
  return { ...visit, alsoOpen: visit.exitAt === null ? visits.filter(isOther) : [] }
}

const firstOfEach = (visits: readonly Visit[]): readonly Visit[] =>
  visits.filter(
    (visit) => visit.exitAt === null && !visit.alsoOpen.some((other) => other.entryAt < visit.entryAt),
  )

function knownAs(visit: NewVisit, people: readonly PersonHit[]): PersonHit | undefined | 'uncertain' {
  if (visit.visitorId !== null) return people.find((person) => person.visitorId === visit.visitorId)
  const phone = normalisePhone(visit.phone)
  const ofPhone = people.filter((person) => person.phone === phone)
  const who = whoIsIt(visit, ofPhone)
  if (who.is === 'known') return ofPhone.find((person) => person.visitorId === who.visitorId)
  return who.is === 'new' ? undefined : 'uncertain'
}

/** Some of the sample photos that were sent are not on the desk any more. */
function isPruned(photoId: string): boolean {
  const n = Number.parseInt(photoId.slice(-4), 16)
  return n >= statusOf.offline.unsyncedRecords && n % 3 === 0
}

function visitOf(
  visit: NewVisit,
  entryId: string,
  visitorId: string,
  photoId: string | null,
  at: number,
): Visit {
  const minutes = sampleSite.overstayMinutes[visit.entryType]
  return {
    entryId,
    visitorId,
    name: visit.name,
    phone: visit.phone,
    flats: visit.flatIds.flatMap((flatId) => sampleFlats.find((flat) => flat.flatId === flatId)?.label ?? []),
    entryType: visit.entryType,
    purpose: visit.purpose,
    vehicle: visit.vehicle,
    entryAt: at,
    exitAt: null,
    writtenAt: null,
    gateName: sampleSite.gateName,
    alsoOpen: [],
    entryPhotoId: photoId,
    approvalMethod: visit.approvalMethod,
    dueAt: minutes === undefined ? null : at + minutes * 60_000,
    mark: 'saved',
    photoMark: null,
  }
}

const personOf = (visit: Visit, known: PersonHit | undefined): PersonHit => ({
  visitorId: visit.visitorId,
  name: visit.name,
  phone: visit.phone,
  photoId: visit.entryPhotoId ?? known?.photoId ?? null,
  lastFlats: sampleFlats.filter((flat) => visit.flats.includes(flat.label)),
  lastEntryType: visit.entryType,
  lastPurpose: visit.purpose,
  lastVehicle: visit.vehicle,
  lastSeenAt: visit.entryAt,
  insideEntryId: visit.entryId,
  barred: known?.barred ?? null,
})

const fold = (text: string): string => text.toLocaleLowerCase('en').normalize('NFKD')

const matchesPerson = (person: PersonHit, term: string): boolean =>
  fold(term)
    .split(/\s+/u)
    .every(
      (word) =>
        ` ${fold(person.name)}`.includes(` ${word}`) ||
        (word.length >= 3 && person.phone.includes(word)) ||
        (person.lastVehicle !== null && fold(person.lastVehicle.number).includes(word)) ||
        person.lastFlats.some((flat) => fold(flat.label).startsWith(word)),
    )

const matchesFlat = (flat: FlatOption, term: string): boolean =>
  fold(flat.label).replace('-', '').includes(fold(term).replace('-', '')) ||
  flat.residents.some((resident) => ` ${fold(resident.name)}`.includes(` ${fold(term)}`))
