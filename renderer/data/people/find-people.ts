/** The rows that the index found, with what one tap needs to bring them back. */
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import type { WatchlistRow } from '@chowki/shared/collections/watchlist.ts'
import { judgeAdmission } from '@chowki/shared/domain/admission.ts'
import { normalisePhone } from '@chowki/shared/domain/phone.ts'
import type { Report } from '../desk/trouble.ts'
import type { DeskKeys } from '../desk/keys/desk-keys.ts'
import type { KioskDatabase, LocalVisitor } from '../desk/database/kiosk-collections.ts'
import type { FlatDirectory } from '../flats/flat-directory.ts'
import type { Live, PersonHit } from '../kiosk-data.ts'
import type { PeopleIndex, PersonRow } from './people-index.ts'
import { visitorsOfPhone } from './plan-visitor.ts'

export interface FindParts {
  readonly database: KioskDatabase
  readonly keys: DeskKeys
  readonly index: PeopleIndex
  readonly flats: FlatDirectory
  readonly watchlist: Pick<Live<readonly WatchlistRow[]>, 'current'>
  /** Undefined until the site is known. */
  readonly phoneRegion: () => string | undefined
  readonly now: () => number
  readonly report: Report
}

export async function findPeople(
  parts: FindParts,
  term: string,
  limit: number,
): Promise<readonly PersonHit[]> {
  const rows = await withAllOfPhone(parts, term, parts.index.find(term, limit))
  const found = rows.slice(0, limit)
  // While the disk fails, whoever is known can still be looked up.
  const entries = await lastEntries(parts.database, found).catch((error: unknown) => {
    parts.report('storage.find', error)
    return []
  })
  return found.map((row, n) => toHit(parts, row, entries[n] ?? null))
}

/**
 * All of a whole phone are found by its blind index also while the index in memory is still being filled: a second
 * person who comes to light later would have been taken for nobody.
 */
async function withAllOfPhone(
  { database, keys, index, phoneRegion, report }: FindParts,
  term: string,
  rows: readonly PersonRow[],
): Promise<readonly PersonRow[]> {
  const phone = normalisePhone(term, phoneRegion())
  if (phone === null) return rows
  const people = new Map(rows.map((row) => [row.visitorId, row]))
  const ofPhone = await visitorsOfPhone(database, keys, phone).catch((error: unknown) => {
    report('storage.find', error)
    return []
  })
  for (const visitor of ofPhone) {
    const row = index.person(visitor._id) ?? unreadRow(visitor)
    if (!people.has(row.visitorId)) people.set(row.visitorId, row)
  }
  return [...people.values()]
}

/** Of somebody whom the index has not read yet. */
const unreadRow = ({ _id, name, phone, photo }: LocalVisitor): PersonRow => ({
  ...{ visitorId: _id, name, phone, photoId: photo ?? null },
  ...{ lastSeenAt: 0, lastEntryId: null, insideEntryId: null },
})

/** In the rows' order. */
async function lastEntries(
  database: KioskDatabase,
  rows: readonly PersonRow[],
): Promise<readonly (VisitorEntry | null)[]> {
  const known = rows.flatMap((row) => row.lastEntryId ?? [])
  const found = await database.visitorEntries.storageInstance.findDocumentsById(known, false)
  const byId = new Map(found.map((entry) => [entry._id, entry]))
  return Promise.all(
    rows.map(({ lastEntryId, visitorId }) =>
      lastEntryId === null ? newestEntryOf(database, visitorId) : (byId.get(lastEntryId) ?? null),
    ),
  )
}

/** Of a visitor whose visits are older than what the index has read. */
async function newestEntryOf(database: KioskDatabase, visitorId: string): Promise<VisitorEntry | null> {
  const entry = await database.visitorEntries
    .findOne({ selector: { visitorId }, sort: [{ sortKey: 'asc' }], index: ['visitorId', 'sortKey'] })
    .exec()
  return entry === null ? null : (entry.toJSON() as VisitorEntry)
}

function toHit(parts: FindParts, row: PersonRow, entry: VisitorEntry | null): PersonHit {
  const vehicle = entry?.vehicleDetails ?? null
  return {
    visitorId: row.visitorId,
    name: row.name,
    phone: row.phone,
    photoId: row.photoId ?? entry?.entryPhoto ?? null,
    lastFlats: (entry?.flatIds ?? []).flatMap((flatId) => parts.flats.flat(flatId) ?? []),
    lastEntryType: entry?.entryType ?? null,
    lastPurpose: entry?.purpose ?? null,
    lastVehicle: vehicle,
    lastSeenAt: entry?.entryDateTime ?? null,
    insideEntryId: row.insideEntryId ?? (entry?.state === 'Inside' ? entry._id : null),
    barred: barredReason(parts, row, vehicle?.number ?? null),
  }
}

/** Only what is certain: a name is asked about when its visit is written. */
function barredReason(parts: FindParts, row: PersonRow, plate: string | null): string | null {
  const { bar } = judgeAdmission(
    {
      ...{ name: row.name, phone: row.phone, plate },
      visitorIds: [row.visitorId],
      isNew: false,
      approvalMethod: null,
      overrideReason: null,
      nameChecked: false,
    },
    {
      now: parts.now(),
      watchlist: parts.watchlist.current(),
      isInside: false,
      phoneRegion: parts.phoneRegion(),
    },
  )
  return bar === null || bar.by === 'name' ? null : bar.reason
}
