/**
 * Everybody this society has let in, as one short string each, in memory: no index on a disk finds a word in
 * the middle of an encrypted name. 100,000 people are scanned in a few milliseconds (see `people-index.bench.ts`).
 * Pure: `fill-people-index.ts` feeds it.
 */
import { nameKey, nameMatches, nameQuery } from '@chowki/shared/domain/name-key.ts'
import type { NameQuery } from '@chowki/shared/domain/name-key.ts'
import { normalisePhone } from '@chowki/shared/domain/phone.ts'
import { compactText, plainText } from '@chowki/shared/domain/text.ts'

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
  vehicleNumber: string | null
  flats: string
  photoId: string | null
}

interface Row extends PersonRow {
  /** Name words, each behind a space. */
  readonly nameKey: string
  /** Phone digits, vehicle and flats; between two line breaks each, so that none runs into the next. */
  readonly restKey: string
}

export function createPeopleIndex(phoneRegion: () => string | undefined = () => undefined): PeopleIndex {
  const rows = new Map<string, Row>()
  const people = new Map<string, IndexedPerson & { readonly nameKey: string }>()
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
      return topRows(list, toQuery(term, phoneRegion()), limit)
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
  if (known !== undefined && known.entryAt > visit.entryAt && known.entryId !== visit.entryId) {
    if (known.insideEntryId === insideEntryId) return false
    known.insideEntryId = insideEntryId
    return true
  }
  visits.set(visit.visitorId, {
    entryId: visit.entryId,
    entryAt: visit.entryAt,
    insideEntryId,
    vehicleNumber: visit.vehicleNumber,
    flats: visit.flatLabels.map(flatKey).join(''),
    photoId: visit.photoId,
  })
  return true
}

/** `A-1203` is found by `a1203` and by `1203`. */
const flatKey = (label: string): string =>
  [compactText(label), ...label.split('-').slice(1).map(compactText)].map((part) => ` ${part}\n`).join('')

function toRow(person: IndexedPerson & { readonly nameKey: string }, visit: VisitFacts | undefined): Row {
  const vehicle = visit?.vehicleNumber == null ? '' : compactText(visit.vehicleNumber)
  return {
    ...person,
    photoId: person.photoId ?? visit?.photoId ?? null,
    lastSeenAt: visit?.entryAt ?? 0,
    lastEntryId: visit?.entryId ?? null,
    insideEntryId: visit?.insideEntryId ?? null,
    restKey: `\n${person.phone.replace(/\D/g, '')}\n ${vehicle}\n${visit?.flats ?? ''}`,
  }
}

interface PeopleQuery {
  /** A word with a digit is part of a phone, a vehicle or a flat, or (rarely) begins a word of the name. */
  readonly parts: readonly string[]
  readonly names: NameQuery
  readonly exactPhone: string | null
  readonly nameStart: string | null
}

const digitsPart = 3

function toQuery(term: string, region: string | undefined): PeopleQuery {
  const plain = plainText(term).toLowerCase()
  if (/^[+(\d][\d\s()+.-]*$/.test(plain) && plain.replace(/\D/g, '').length >= digitsPart) {
    // One phone, typed with gaps or with a leading zero.
    const exactPhone = normalisePhone(plain, region)
    const digits = (exactPhone ?? plain).replace(/\D/g, '').replace(/^0+/, '')
    return { parts: [digits], names: [], exactPhone, nameStart: null }
  }
  const words = plain.split(/\s+/u).filter((word) => word !== '')
  const isPart = (word: string): boolean => /\p{Nd}/u.test(word)
  const parts = words.filter(isPart).map(compactText)
  const names = nameQuery(words.filter((word) => !isPart(word)).join(' '))
  return {
    parts: parts.map((part) => (part.length < digitsPart ? ` ${part}` : part)),
    names,
    exactPhone: null,
    nameStart: names[0]?.[0] ?? null,
  }
}

const matches = (row: Row, query: PeopleQuery): boolean => {
  for (const part of query.parts)
    if (!row.restKey.includes(part) && !row.nameKey.includes(` ${part.trim()}`)) return false
  return query.names.length === 0 || nameMatches(row.nameKey, query.names)
}

const insideRank = 8e15
const phoneRank = 4e15
const nameStartRank = 2e15

/** Inside now, then the exact phone, then a name that begins so, then the last seen (all below 2e15 ms). */
function rankOf(row: Row, query: PeopleQuery): number {
  if (query.names.length === 0 && query.parts.length === 0) return row.lastSeenAt
  return (
    (row.insideEntryId === null ? 0 : insideRank) +
    (query.exactPhone !== null && row.phone === query.exactPhone ? phoneRank : 0) +
    (query.nameStart !== null && row.nameKey.startsWith(query.nameStart) ? nameStartRank : 0) +
    row.lastSeenAt
  )
}

/** The best `limit` in one pass: a single letter matches tens of thousands, and sorting them would be felt. */
function topRows(rows: readonly Row[], query: PeopleQuery, limit: number): Row[] {
  const top: { row: Row; rank: number }[] = []
  for (const row of rows) {
    if (!matches(row, query)) continue
    const rank = rankOf(row, query)
    const last = top.at(-1)
    if (top.length === limit && last !== undefined && rank <= last.rank) continue
    const at = top.findIndex((other) => other.rank < rank)
    top.splice(at === -1 ? top.length : at, 0, { row, rank })
    if (top.length > limit) top.pop()
  }
  return top.map(({ row }) => row)
}
