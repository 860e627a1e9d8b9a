/**
 * A follower: what has happened at a gate is never refused, so each visit is judged again when it is here, by the same
 * rule and with what the gates could not know of each other. What needs a look is marked on the visit.
 */
import type { ReviewReason, VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { reviewReasons } from '@chowki/shared/collections/visitor-entries.ts'
import { createPersonLinks } from '@chowki/shared/domain/people/person-links.ts'
import { jsonEqual } from '@chowki/shared/domain/canonical-json.ts'
import type { Change, Follower } from '../../followers/follower.ts'
import type { Caller } from '../../records/caller.ts'
import type { RecordsTransaction } from '../../records/records-transaction.ts'
import type { Records } from '../../records/records.ts'
import { reviewMarks } from './review-marks.ts'

export const admissionReviewName = 'admission-review'
const caller: Caller = { kind: 'system', id: admissionReviewName }

/** Visits of one person that are looked at together, the newest: older ones have been judged in their time. */
export const visitsTogether = 50
const personsAtOnce = 16
/** Of one transaction: a desk's push waits for it. */
const writesAtOnce = 200

/** As much of `Records` as it needs. */
export interface ReviewRecords extends Pick<Records, 'find'> {
  write(
    caller: Caller,
    societyId: string,
    work: (transaction: Pick<RecordsTransaction, 'read' | 'replace'>) => Promise<void>,
  ): Promise<void>
}

export function followAdmissions(records: ReviewRecords): Follower {
  return {
    name: admissionReviewName,
    // Its own marks come back to it, and change nothing.
    collections: ['visitorEntries', 'visitors', 'personLinks'],
    async follow(societyId, changes, signal) {
      const watchlist = await records.find(societyId, 'watchlist', { isActive: true })
      const persons = await personsOf(records, societyId, recordsIn(changes))
      for (const some of chunks(persons, personsAtOnce)) {
        signal.throwIfAborted()
        const marked = await Promise.all(some.map((ids) => judgePerson(records, societyId, ids, watchlist)))
        for (const due of chunks(marked.flat(), writesAtOnce)) await writeMarks(records, societyId, due)
      }
    },
  }
}

/** Ids of visitors' records; of removed rows nothing is left to judge. */
function recordsIn(changes: readonly Change[]): string[] {
  const ids = changes
    .filter(({ deleted }) => !deleted)
    .flatMap(({ collection, id, document }) =>
      collection === 'visitors'
        ? [id]
        : collection === 'personLinks'
          ? [document['visitorId'], document['sameAs']]
          : [document['visitorId']],
    )
  return [...new Set(ids)].filter((id) => typeof id === 'string')
}

/** Each person as all of his linked records. */
async function personsOf(
  records: Pick<Records, 'find'>,
  societyId: string,
  ids: readonly string[],
): Promise<string[][]> {
  const links = createPersonLinks()
  const known = new Set(ids)
  for (let asked: readonly string[] = ids; asked.length > 0;) {
    const found = [
      ...(await records.find(societyId, 'personLinks', { _id: asked, state: 'Active' })),
      ...(await records.find(societyId, 'personLinks', { sameAs: asked, state: 'Active' })),
    ]
    for (const link of found) links.put(link)
    asked = found.flatMap(({ visitorId, sameAs }) => [visitorId, sameAs]).filter((id) => !known.has(id))
    for (const id of asked) known.add(id)
  }
  const persons = new Set([...known].map((id) => links.personOf(id)))
  return [...persons].map((person) => [...links.recordsOf(person)])
}

interface DueMarks {
  readonly id: string
  readonly marks: readonly ReviewReason[]
}

async function judgePerson(
  records: Pick<Records, 'find'>,
  societyId: string,
  visitorIds: readonly string[],
  watchlist: Parameters<typeof reviewMarks>[2],
): Promise<DueMarks[]> {
  const newest = { sort: { field: 'entryDateTime', direction: -1 }, limit: visitsTogether } as const
  const [visitors, visits] = await Promise.all([
    records.find(societyId, 'visitors', { _id: visitorIds }),
    records.find(societyId, 'visitorEntries', { visitorId: visitorIds }, newest),
  ])
  const person = { records: visitors, visits }
  return visits
    .map((visit) => ({ visit, id: visit._id, marks: reviewMarks(visit, person, watchlist) }))
    .filter(({ visit, marks }) => !hasMarks(visit, marks))
}

const hasMarks = ({ reviewReasons: marked = [] }: VisitorEntry, marks: readonly ReviewReason[]): boolean =>
  jsonEqual(marked, marks)

/**
 * `updatedAt` stays: the marks are the server's own field, so a gate that is just writing an exit meets no conflict.
 * A visit that has changed since it was judged comes to the follower again.
 */
async function writeMarks(
  records: Pick<ReviewRecords, 'write'>,
  societyId: string,
  due: readonly DueMarks[],
): Promise<void> {
  await records.write(caller, societyId, async (transaction) => {
    const visits = await transaction.read(
      'visitorEntries',
      due.map(({ id }) => id),
    )
    const written = due.flatMap(({ id, marks }) => {
      const visit = visits.get(id)
      return visit === undefined || hasMarks(visit, marks) ? [] : [withMarks(visit, marks)]
    })
    transaction.replace('visitorEntries', ...written)
  })
}

function withMarks(visit: VisitorEntry, marks: readonly ReviewReason[]): VisitorEntry {
  const { reviewReasons: _before, ...rest } = visit
  return marks.length === 0 ? rest : { ...rest, reviewReasons: [...marks] }
}

/** Newest entry first. */
export const listMarkedVisits = (
  records: Pick<Records, 'find'>,
  societyId: string,
  limit: number,
): Promise<VisitorEntry[]> =>
  records.find(
    societyId,
    'visitorEntries',
    { reviewReasons },
    { sort: { field: 'entryDateTime', direction: -1 }, limit },
  )

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))
