/**
 * Everybody this society has let in, as one short string each, in memory: no index on a disk finds a word in
 * the middle of an encrypted name. 100,000 people are scanned in a few milliseconds (see `people-index.bench.ts`).
 * Pure: `fill-people-index.ts` feeds it.
 */
import { nameKey } from '@chowki/shared/domain/name-key.ts'
import type { NameKey, NameSearch } from '@chowki/shared/domain/name-key.ts'
import { isMatch, matchQuery, restKey } from '@chowki/shared/domain/person-match.ts'
import type { MatchKey, MatchQuery } from '@chowki/shared/domain/person-match.ts'

export interface IndexedPerson {
  readonly visitorId: string
  readonly name: string
  readonly phone: string
  readonly photoId: string | null
}

/** The last visit, as far as it serves to find and to rank. */
export interface IndexedVisit {
  readonly entryId: string
  readonly visitorId: string
  readonly entryAt: number
  readonly inside: boolean
  readonly vehicleNumber: string | null
  readonly flatLabels: readonly string[]
  readonly photoId: string | null
}

export interface PersonRow extends IndexedPerson {
  readonly lastSeenAt: number
  readonly lastEntryId: string | null
  readonly insideEntryId: string | null
}

export interface PeopleIndex {
  size(): number
  person(visitorId: string): PersonRow | null
  putPerson(person: IndexedPerson): void
  removePerson(visitorId: string): void
  /** In any order: what is older than the known last visit changes nothing but who is inside. */
  putVisit(visit: IndexedVisit): void
  find(term: string, limit: number): PersonRow[]
}

interface VisitFacts {
  entryId: string
  entryAt: number
  insideEntryId: string | null
  /** Of all visits. */
  plates: Set<string>
  flatLabels: readonly string[]
  photoId: string | null
}

interface Row extends PersonRow {
  readonly key: MatchKey
}

export function createPeopleIndex(phoneRegion: () => string | undefined = () => undefined): PeopleIndex {
  const rows = new Map<string, Row>()
  const people = new Map<string, IndexedPerson & { readonly nameKey: NameKey }>()
  const visits = new Map<string, VisitFacts>()
  // A Map is slow to scan; the list is made anew at the first search after a change.
  let list: Row[] | null = null

  const refresh = (visitorId: string): void => {
    const person = people.get(visitorId)
    if (person === undefined) rows.delete(visitorId)
    else rows.set(visitorId, toRow(person, visits.get(visitorId)))
    list = null
  }
  return {
    size: () => rows.size,
    person: (visitorId) => rows.get(visitorId) ?? null,
    putPerson(person) {
      const known = people.get(person.visitorId)
      const key = known?.name === person.name ? known.nameKey : nameKey(person.name)
      people.set(person.visitorId, { ...person, nameKey: key })
      refresh(person.visitorId)
    },
    removePerson(visitorId) {
      people.delete(visitorId)
      refresh(visitorId)
    },
    putVisit(visit) {
      if (noteVisit(visits, visit)) refresh(visit.visitorId)
    },
    find(term, limit) {
      list ??= [...rows.values()]
      return bestRows(list, matchQuery(term, phoneRegion()), limit)
    },
  }
}

/** True where it changed something. */
function noteVisit(visits: Map<string, VisitFacts>, visit: IndexedVisit): boolean {
  const known = visits.get(visit.visitorId)
  const insideEntryId = visit.inside
    ? visit.entryId
    : known?.insideEntryId === visit.entryId
      ? null
      : (known?.insideEntryId ?? null)
  const plates = known?.plates ?? new Set()
  const isNewPlate = visit.vehicleNumber !== null && !plates.has(visit.vehicleNumber)
  if (visit.vehicleNumber !== null) plates.add(visit.vehicleNumber)
  if (known !== undefined && known.entryAt > visit.entryAt && known.entryId !== visit.entryId) {
    if (known.insideEntryId === insideEntryId) return isNewPlate
    known.insideEntryId = insideEntryId
    return true
  }
  visits.set(visit.visitorId, {
    entryId: visit.entryId,
    entryAt: visit.entryAt,
    insideEntryId,
    plates,
    flatLabels: visit.flatLabels,
    photoId: visit.photoId,
  })
  return true
}

function toRow(person: IndexedPerson & { readonly nameKey: NameKey }, visit: VisitFacts | undefined): Row {
  const { plates = [], flatLabels = [] } = visit ?? {}
  return {
    ...person,
    photoId: person.photoId ?? visit?.photoId ?? null,
    lastSeenAt: visit?.entryAt ?? 0,
    lastEntryId: visit?.entryId ?? null,
    insideEntryId: visit?.insideEntryId ?? null,
    key: { name: person.nameKey, rest: restKey({ phone: person.phone, plates, flatLabels }) },
  }
}

const insideRank = 8e15
const phoneRank = 4e15
const nameStartRank = 2e15

/** Inside now, then the exact phone, then a name that begins so, then the last seen (all below 2e15 ms). */
function rankOf(row: Row, query: MatchQuery): number {
  return (
    (row.insideEntryId === null ? 0 : insideRank) +
    (query.phone !== null && row.phone === query.phone ? phoneRank : 0) +
    (query.nameStart !== null && row.key.name.spellings.startsWith(query.nameStart) ? nameStartRank : 0) +
    row.lastSeenAt
  )
}

/** What is written as it was typed stands above variants of it; these are looked for only where there is room. */
function bestRows(rows: readonly Row[], query: MatchQuery, limit: number): Row[] {
  if (query.readings.every(({ parts, names }) => parts.length === 0 && names.length === 0))
    return topRows(rows, limit, (row) => row.lastSeenAt)
  const ranked = (search: NameSearch) => (row: Row) =>
    isMatch(row.key, query, search) ? rankOf(row, query) : null
  const spelt = topRows(rows, limit, ranked('spelt'))
  if (spelt.length === limit || query.readings.every(({ names }) => names.length === 0)) return spelt
  const found = new Set(spelt)
  const variants = topRows(rows, limit - spelt.length, (row) =>
    found.has(row) ? null : ranked('variant')(row),
  )
  return [...spelt, ...variants]
}

/**
 * The best `limit` in one pass: a single letter matches tens of thousands, and sorting them would be felt. Null: not
 * wanted.
 */
function topRows(rows: readonly Row[], limit: number, rankOfRow: (row: Row) => number | null): Row[] {
  const top: { row: Row; rank: number }[] = []
  for (const row of rows) {
    const rank = rankOfRow(row)
    const last = top.at(-1)
    if (rank === null || (top.length === limit && last !== undefined && rank <= last.rank)) continue
    const at = top.findIndex((other) => other.rank < rank)
    top.splice(at === -1 ? top.length : at, 0, { row, rank })
    if (top.length > limit) top.pop()
  }
  return top.map(({ row }) => row)
}
