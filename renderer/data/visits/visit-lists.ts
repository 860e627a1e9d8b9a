/** Who is inside, and the newest visits, as the screens show them: entries joined with names, flats and marks. */
import type { Report } from '../desk/trouble.ts'
import { earliestPossible, trueTimes } from '@chowki/shared/domain/clock.ts'
import { newestFirstSortKey } from '@chowki/shared/collections/visitor-entries.ts'
import { dueAt } from '@chowki/shared/domain/visit.ts'
import type { PersonLinks } from '@chowki/shared/domain/people/person-links.ts'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import type { SiteDocument } from '@chowki/shared/protocol/device-api.ts'
import type { KioskDatabase } from '../desk/database/kiosk-collections.ts'
import type { Live, SyncMark, Visit } from '../kiosk-data.ts'
import { nextTurn } from '../desk/database/read-pages.ts'
import { createLive } from '../desk/live.ts'
import type { LiveSource } from '../desk/live.ts'
import type { PeopleIndex } from '../people/people-index.ts'
import type { RxQuery } from 'rxdb'

export interface VisitListParts {
  readonly report: Report
  readonly database: KioskDatabase
  readonly people: PeopleIndex
  readonly links: Pick<PersonLinks, 'personOf'>
  readonly flatLabel: (flatId: string) => string
  readonly site: () => SiteDocument | null
  readonly markOf: (entry: VisitorEntry) => SyncMark
  readonly photoMarkOf: (photoId: string) => SyncMark
  /** This desk's clock, and how far it is from the server's as far as is known. */
  readonly clock: () => { readonly now: number; readonly driftMs: number | null }
}

export interface VisitLists {
  readonly inside: Live<readonly Visit[]>
  readonly recent: Live<readonly Visit[]>
  /** Resolves when both lists have been read from the disk. */
  readonly loaded: Promise<void>
  /** Marks, names, flats or settings have changed. */
  refresh(): void
  /** Records were linked, or told apart again. */
  regroup(): void
  stop(): void
}

const recentShown = 50
/** Room for visits that were undone, which are not shown. */
const recentRead = 80

export function createVisitLists(parts: VisitListParts): VisitLists {
  const { database } = parts
  let insideEntries: readonly VisitorEntry[] = []
  let open: OpenVisits = new Map()
  const inside = createList(parts, () => open)
  const recent = createList(parts, () => open)
  const showInside = (): void => {
    open = openVisits(insideEntries, parts.links.personOf)
    inside.show([...open.values()].flatMap(([first]) => first ?? []).toSorted(bySortKey))
    // A visit of the journal tells of its visitor's other one.
    recent.refresh()
  }
  const entriesOf = (documents: readonly { toJSON(): unknown }[]): VisitorEntry[] =>
    documents.map((document) => document.toJSON() as VisitorEntry)
  let newest: readonly VisitorEntry[] | null = null
  let misdated: readonly VisitorEntry[] | null = null
  const showRecent = (): void => {
    if (newest === null || misdated === null) return
    const entries = new Map([...newest, ...misdated].map((entry) => [entry._id, entry]))
    const happened = [...entries.values()].filter((entry) => entry.state !== 'Cancelled')
    const at = new Map(happened.map((entry) => [entry, trueTimes(entry, parts.clock()).entryAt]))
    const order = (entry: VisitorEntry): number => at.get(entry) ?? 0
    recent.show(happened.toSorted((a, b) => order(b) - order(a)).slice(0, recentShown))
  }
  const watching = [
    insideQuery(database).$.subscribe((documents) => {
      insideEntries = entriesOf(documents)
      showInside()
    }),
    newestQuery(database).$.subscribe((documents) => {
      newest = entriesOf(documents)
      showRecent()
    }),
    misdatedQuery(database).$.subscribe((documents) => {
      misdated = entriesOf(documents)
      showRecent()
    }),
  ]
  return {
    inside: inside.live,
    recent: recent.live,
    loaded: Promise.all([inside.loaded, recent.loaded]).then(() => undefined),
    refresh() {
      inside.refresh()
      recent.refresh()
    },
    regroup: showInside,
    stop() {
      inside.stop()
      recent.stop()
      for (const subscription of watching) subscription.unsubscribe()
    },
  }
}

const newestQuery = (database: KioskDatabase) =>
  database.visitorEntries.find({
    selector: {},
    sort: [{ sortKey: 'asc' }],
    limit: recentRead,
    index: ['sortKey'],
  })

/** Of desks whose clock stood in 1970: by what they wrote they are the oldest of all. */
const misdatedQuery = (database: KioskDatabase) =>
  database.visitorEntries.find({
    selector: { sortKey: { $gt: newestFirstSortKey(earliestPossible) } },
    sort: [{ sortKey: 'asc' }],
    limit: recentRead,
    index: ['sortKey'],
  })

/** By person, each one's first visit first. */
type OpenVisits = ReadonlyMap<string, readonly VisitorEntry[]>

function openVisits(entries: readonly VisitorEntry[], personOf: PersonLinks['personOf']): OpenVisits {
  const open = new Map<string, VisitorEntry[]>()
  const earliestFirst = entries.toSorted((a, b) => a.entryDateTime - b.entryDateTime)
  for (const entry of earliestFirst) {
    const personId = personOf(entry.visitorId)
    const visits = open.get(personId)
    if (visits === undefined) open.set(personId, [entry])
    else visits.push(entry)
  }
  return open
}

const bySortKey = (a: VisitorEntry, b: VisitorEntry): number => a.sortKey - b.sortKey

interface List {
  readonly live: Live<readonly Visit[]>
  readonly loaded: Promise<void>
  show(entries: readonly VisitorEntry[]): void
  refresh(): void
  stop(): void
}

/** Several reasons to draw anew within one turn make one drawing, after it: a guard's save is answered first. */
function createList(parts: VisitListParts, open: () => OpenVisits): List {
  const live: LiveSource<readonly Visit[]> = createLive<readonly Visit[]>([])
  const loaded = Promise.withResolvers<void>()
  let entries: readonly VisitorEntry[] | null = null
  let shown = '[]'
  let drawing: Promise<void> | null = null
  let again = false
  let stopped = false

  const draw = async (): Promise<void> => {
    while (again && entries !== null && !stopped) {
      again = false
      await knowVisitors(parts, entries)
      const visits = entries.map((entry) => toVisit(parts, entry, open()))
      const text = JSON.stringify(visits)
      if (text !== shown) live.set(visits)
      shown = text
      loaded.resolve()
    }
  }
  const refresh = (): void => {
    again = true
    drawing ??= nextTurn()
      .then(draw)
      .catch((error: unknown) => parts.report('storage.drawLists', error))
      .finally(() => {
        drawing = null
        if (again && entries !== null && !stopped) refresh()
      })
  }
  return {
    live,
    loaded: loaded.promise,
    refresh,
    show(next) {
      entries = next
      refresh()
    },
    stop() {
      stopped = true
      loaded.resolve()
    },
  }
}

/** The index is filled in the background; these few are needed at once. */
async function knowVisitors(
  { database, people }: VisitListParts,
  entries: readonly VisitorEntry[],
): Promise<void> {
  const unknown = entries.map((entry) => entry.visitorId).filter((id) => people.person(id) === null)
  if (unknown.length === 0) return
  const found = await database.visitors.storageInstance.findDocumentsById([...new Set(unknown)], false)
  for (const { _id, name, phone, photo } of found)
    people.putPerson({ visitorId: _id, name, phone, photoId: photo ?? null })
}

function toVisit(parts: VisitListParts, entry: VisitorEntry, open: OpenVisits): Visit {
  const personId = parts.links.personOf(entry.visitorId)
  const gateName = (gateId: string): string =>
    parts.site()?.gates.find((gate) => gate._id === gateId)?.name ?? ''
  const others = entry.state === 'Inside' ? (open.get(personId) ?? []) : []
  const person = parts.people.person(entry.visitorId)
  const photoId = entry.entryPhoto ?? null
  const times = trueTimes(entry, parts.clock())
  return {
    entryId: entry._id,
    visitorId: person?.visitorId ?? personId,
    name: person?.name ?? '',
    phone: person?.phone ?? '',
    flats: entry.flatIds.map(parts.flatLabel),
    entryType: entry.entryType,
    purpose: entry.purpose ?? null,
    vehicle: entry.vehicleDetails ?? null,
    ...times,
    gateName: gateName(entry.gateId),
    alsoOpen: others
      .filter((other) => other._id !== entry._id)
      .map((other) => ({
        entryId: other._id,
        gateName: gateName(other.gateId),
        entryAt: trueTimes(other, parts.clock()).entryAt,
      })),
    entryPhotoId: photoId,
    approvalMethod: entry.approvalMethod ?? 'PhoneCall',
    dueAt: dueAt({ ...entry, entryDateTime: times.entryAt }, parts.site()?.overstayMinutes ?? {}),
    mark: parts.markOf(entry),
    photoMark: photoId === null ? null : parts.photoMarkOf(photoId),
  }
}

/**
 * Who is inside, in memory: it is asked before each entry, and RxDB's answer from the disk reads everybody who is
 * inside, row by row. It hears of a write before the writer does, so that a second tap finds the first (P2).
 */
export interface InsideRegister {
  /** By any of the person's records. */
  has(visitorId: string): boolean
  /** Open visits of the person: more than one where two gates let him in. */
  entriesOf(visitorId: string): readonly string[]
  stop(): void
}

/** One query for list and register: RxDB reads it once. */
export const insideQuery = (database: KioskDatabase) =>
  database.visitorEntries.find({
    selector: { state: 'Inside' },
    sort: [{ sortKey: 'asc' }],
    index: ['state', 'sortKey'],
  }) satisfies RxQuery

/** Resolves when what is on the disk is known. */
export async function followInside(
  database: KioskDatabase,
  { personOf }: Pick<PersonLinks, 'personOf'>,
): Promise<InsideRegister> {
  const visitorIds = new Map<string, string>()
  // What was read before a change must not undo the change; null once all is read.
  let changed: Set<string> | null = new Set()
  const note = (entry: Pick<VisitorEntry, '_id' | 'visitorId' | 'state'>, isDeleted: boolean): void => {
    if (entry.state === 'Inside' && !isDeleted) visitorIds.set(entry._id, entry.visitorId)
    else visitorIds.delete(entry._id)
  }
  const watching = database.visitorEntries.eventBulks$.subscribe((bulk) => {
    for (const event of bulk.events) {
      changed?.add(event.documentId)
      note(event.documentData, event.operation === 'DELETE')
    }
  })
  for (const { _id, visitorId, state } of await insideQuery(database).exec())
    if (!changed.has(_id)) note({ _id, visitorId, state }, false)
  changed = null
  const entriesOf = (visitorId: string): readonly string[] => {
    const personId = personOf(visitorId)
    return [...visitorIds].filter(([, id]) => personOf(id) === personId).map(([entryId]) => entryId)
  }
  return {
    has: (visitorId) => entriesOf(visitorId).length > 0,
    entriesOf,
    stop: () => watching.unsubscribe(),
  }
}
