/**
 * Everybody this society has let in, as one short string each, in memory: no index on a disk finds a word in
 * the middle of an encrypted name. 100,000 people are scanned in a few milliseconds (`npm run relevance`).
 * Pure: `fill-people-index.ts` feeds it.
 */
import { createPersonLinks } from '@chowki/shared/domain/people/person-links.ts'
import type { PersonLinks } from '@chowki/shared/domain/people/person-links.ts'
import { matchQuery, restKey } from '@chowki/shared/domain/person-match.ts'
import type { MatchQuery } from '@chowki/shared/domain/person-match.ts'
import { createNameWords } from './name-words.ts'
import type { NameWords, WordMarks } from './name-words.ts'

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
  /** Persons, each of one or several linked records. */
  size(): number
  /** Whose record this is; the row bears the id of his oldest. */
  person(visitorId: string): PersonRow | null
  putPerson(person: IndexedPerson): void
  removePerson(visitorId: string): void
  /** In any order: what is older than the known last visit changes nothing but who is inside. */
  putVisit(visit: IndexedVisit): void
  /** The person of these records may be another now. */
  regroup(visitorIds: readonly string[]): void
  find(term: string, limit: number): PersonRow[]
}

interface VisitFacts {
  entryId: string
  entryAt: number
  /** Two where two gates let him in. */
  insideEntryIds: Set<string>
  /** Of all visits. */
  plates: Set<string>
  flatLabels: readonly string[]
  photoId: string | null
}

interface NamedPerson extends IndexedPerson {
  readonly words: readonly number[]
}

interface Row extends PersonRow {
  readonly words: readonly number[]
  /** Phone, plates and flats. */
  readonly rest: string
}

export function createPeopleIndex(
  phoneRegion: () => string | undefined = () => undefined,
  links: Pick<PersonLinks, 'personOf' | 'recordsOf'> = createPersonLinks(),
): PeopleIndex {
  const rows = new Map<string, Row>()
  const words = createNameWords()
  const people = new Map<string, NamedPerson>()
  const visits = new Map<string, VisitFacts>()
  // A Map is slow to scan; the list is made anew at the first search after a change.
  let list: Row[] | null = null

  const refresh = (visitorId: string): void => {
    const personId = links.personOf(visitorId)
    const records = links.recordsOf(personId)
    const row = toRow(
      records.flatMap((id) => people.get(id) ?? []),
      records.flatMap((id) => visits.get(id) ?? []),
    )
    if (row === null) rows.delete(personId)
    else rows.set(personId, row)
    list = null
  }
  return {
    size: () => rows.size,
    person: (visitorId) => rows.get(links.personOf(visitorId)) ?? null,
    putPerson(person) {
      people.set(person.visitorId, { ...person, words: words.numbersOf(person.name) })
      refresh(person.visitorId)
    },
    removePerson(visitorId) {
      people.delete(visitorId)
      refresh(visitorId)
    },
    putVisit(visit) {
      if (noteVisit(visits, visit)) refresh(visit.visitorId)
    },
    regroup(visitorIds) {
      for (const id of visitorIds) rows.delete(id)
      for (const id of visitorIds) refresh(id)
    },
    find(term, limit) {
      list ??= [...rows.values()]
      return topRows(list, toSearch(matchQuery(term, phoneRegion()), words), limit)
    },
  }
}

/** True where it changed something. */
function noteVisit(visits: Map<string, VisitFacts>, visit: IndexedVisit): boolean {
  const known = visits.get(visit.visitorId)
  const insideEntryIds = known?.insideEntryIds ?? new Set()
  const hasMoved = visit.inside !== insideEntryIds.has(visit.entryId)
  if (visit.inside) insideEntryIds.add(visit.entryId)
  else insideEntryIds.delete(visit.entryId)
  const plates = known?.plates ?? new Set()
  const isNewPlate = visit.vehicleNumber !== null && !plates.has(visit.vehicleNumber)
  if (visit.vehicleNumber !== null) plates.add(visit.vehicleNumber)
  if (known !== undefined && known.entryAt > visit.entryAt && known.entryId !== visit.entryId)
    return hasMoved || isNewPlate
  visits.set(visit.visitorId, {
    entryId: visit.entryId,
    entryAt: visit.entryAt,
    insideEntryIds,
    plates,
    flatLabels: visit.flatLabels,
    photoId: visit.photoId,
  })
  return true
}

/** All that is known by any of a person's records; his name and phone are the oldest one's. Null: no record is here. */
function toRow(records: readonly NamedPerson[], visits: readonly VisitFacts[]): Row | null {
  const [first] = records
  if (first === undefined) return null
  const latest = visits.toSorted((a, b) => b.entryAt - a.entryAt)[0]
  const { flatLabels = [] } = latest ?? {}
  const plates = visits.flatMap((visit) => [...visit.plates])
  const phones = [...new Set(records.map(({ phone }) => phone))]
  return {
    ...first,
    words: records.flatMap(({ words }) => words),
    photoId: records.find(({ photoId }) => photoId !== null)?.photoId ?? latest?.photoId ?? null,
    lastSeenAt: latest?.entryAt ?? 0,
    lastEntryId: latest?.entryId ?? null,
    insideEntryId: visits.flatMap(({ insideEntryIds }) => [...insideEntryIds])[0] ?? null,
    rest: phones.map((phone, n) => restKey({ phone, ...(n === 0 ? { plates, flatLabels } : none) })).join(''),
  }
}

const none = { plates: [], flatLabels: [] }

interface Search {
  readonly isEmpty: boolean
  readonly readings: readonly {
    /** In phone, plates or flats, or else at the beginning of a word of the name. */
    readonly parts: readonly { readonly text: string; readonly marks: WordMarks }[]
    /** The same, for the whole of a phone, plate or flat. */
    readonly wholes: readonly string[]
    readonly names: readonly WordMarks[]
  }[]
  readonly nameStart: WordMarks | null
}

function toSearch({ readings, nameStart }: MatchQuery, words: NameWords): Search {
  return {
    isEmpty: readings.every(({ parts, names }) => parts.length === 0 && names.length === 0),
    readings: readings.map(({ parts, names }) => ({
      parts: parts.map((text) => ({ text, marks: words.beginningWith(text.trim()) })),
      wholes: parts.map((text) => ` ${text.trim()}\n`),
      names: names.map(words.find),
    })),
    nameStart: nameStart === null ? null : words.beginningWith(nameStart.trim()),
  }
}

/** The sum over the words of the name, 3 for each that is spelt so; null: somebody else. Loops, as it is asked most. */
function closenessOf(row: Row, { parts, names }: Search['readings'][number]): number | null {
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]
    if (part && !row.rest.includes(part.text) && markOf(row.words, part.marks) === 0) return null
  }
  let sum = 0
  for (let i = 0; i < names.length; i++) {
    const marks = names[i]
    const mark = marks ? markOf(row.words, marks) : 0
    if (mark === 0) return null
    sum += mark
  }
  return sum
}

function markOf(words: readonly number[], marks: WordMarks): number {
  let best = 0
  for (let i = 0; i < words.length; i++) {
    const mark = marks[words[i] ?? 0] ?? 0
    if (mark > best) best = mark
  }
  return best
}

const insideRank = 8e15
const wholeRank = 4e15
const nameStartRank = 2e15
const allRanks = insideRank + wholeRank + nameStartRank + 2e15

/**
 * What is written as it was typed stands above variants of it. Then: inside now, the whole of a phone, plate or flat, a
 * name that begins so, the last seen (all below 2e15 ms). Null: somebody else.
 */
function rankOf(row: Row, search: Search): number | null {
  if (search.isEmpty) return row.lastSeenAt
  let best: number | null = null
  for (const reading of search.readings) {
    const closeness = closenessOf(row, reading)
    if (closeness === null) continue
    const isWhole = reading.wholes.length > 0 && reading.wholes.every((whole) => row.rest.includes(whole))
    const missing = reading.names.length * 3 - closeness
    const rank = (isWhole ? wholeRank : 0) - missing * allRanks
    if (best === null || rank > best) best = rank
  }
  if (best === null) return null
  const beginsSo = (search.nameStart?.[row.words[0] ?? -1] ?? 0) > 0
  return (
    best + (row.insideEntryId === null ? 0 : insideRank) + (beginsSo ? nameStartRank : 0) + row.lastSeenAt
  )
}

/** The best `limit` in one pass: a single letter matches tens of thousands, and sorting them would be felt. */
function topRows(rows: readonly Row[], search: Search, limit: number): Row[] {
  const top: { row: Row; rank: number }[] = []
  for (const row of rows) {
    const rank = rankOf(row, search)
    const last = top.at(-1)
    if (rank === null || (top.length === limit && last !== undefined && rank <= last.rank)) continue
    const at = top.findIndex((other) => other.rank < rank)
    top.splice(at === -1 ? top.length : at, 0, { row, rank })
    if (top.length > limit) top.pop()
  }
  return top.map(({ row }) => row)
}
