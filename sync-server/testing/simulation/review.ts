/** The server's review of what the gates did: run once all has arrived, and judged by rules of its own. */
import type { PersonLink } from '@chowki/shared/collections/person-links.ts'
import { createPersonLinks } from '@chowki/shared/domain/people/person-links.ts'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import type { Visitor } from '@chowki/shared/collections/visitors.ts'
import type { WatchlistRow } from '@chowki/shared/collections/watchlist.ts'
import { epochMsMin } from '@chowki/shared/collections/fields.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import type { Change } from '../../followers/follower.ts'
import { followAdmissions } from '../../gate/review/admission-review.ts'
import type { ReviewRecords } from '../../gate/review/admission-review.ts'
import { toAuthor } from '../../records/caller.ts'
import type { RecordName, RecordOf } from '../../records/records-transaction.ts'
import type { MemoryStorage } from '../../storage/memory/memory-storage.ts'
import type { FieldValues, FindOptions, StoredDocument } from '../../storage/storage.ts'
import { idOf } from './world.ts'
import type { World } from './world.ts'

export const barredPhone = '+919800000007'

export const barOf = (societyId: string): WatchlistRow => ({
  _id: idOf(10, 1),
  societyId,
  createdAt: epochMsMin,
  updatedAt: epochMsMin,
  phone: barredPhone,
  reason: 'Theft in tower B',
  isActive: true,
})

/** Every second gate has the watchlist; the others have not heard of it. */
export const knowsBar = (gateId: string): boolean => Number.parseInt(gateId.slice(-1), 16) % 2 === 0

/** All that has arrived, twice: the second time there is nothing to write. */
export async function review(world: World, society: string): Promise<void> {
  const follower = followAdmissions(recordsOf(world.storage, barOf(society)))
  const read = async (collection: string): Promise<Change[]> =>
    (await world.storage.changesAfter(society, collection, 0, 10_000)).map((row) => ({ ...row, collection }))
  const followAll = async (): Promise<number> => {
    const changes = [...(await read('visitors')), ...(await read('visitorEntries'))]
    await follower.follow(society, changes, new AbortController().signal)
    return (await world.storage.head(society)).seq
  }
  const seq = await followAll()
  if ((await followAll()) !== seq) world.violate('the review writes again what it has written')
}

/** Without the schema's judgement: visits of the simulation may have a field that is yet to come. */
const recordsOf = (storage: MemoryStorage, bar: WatchlistRow): ReviewRecords => ({
  async find<N extends RecordName>(society: string, name: N, where: FieldValues, options?: FindOptions) {
    if (name === 'watchlist') return [bar] as unknown as RecordOf<N>[]
    const rows = await storage.find(society, name, where, options)
    return rows.map(({ document }) => document as unknown as RecordOf<N>)
  },
  write: (caller, society, work) =>
    storage.transact(
      society,
      (transaction) =>
        work({
          async read<N extends RecordName>(name: N, ids: readonly string[]) {
            const rows = [...(await transaction.read(name, ids)).values()].filter(({ deleted }) => !deleted)
            return new Map(rows.map(({ id, document }) => [id, document as unknown as RecordOf<N>]))
          },
          replace: (name, ...documents: readonly WireDocument[]) =>
            transaction.replace(
              name,
              documents.map((document) => ({ id: document._id, deleted: false, document })),
            ),
        }),
      toAuthor(caller),
    ),
})

/** FAULT-4: each double entry ends with a mark, and whoever is barred; where the gate knew, with an override too. */
export function judgeReview(
  world: World,
  stored: Readonly<Record<'visitors' | 'visitorEntries' | 'personLinks', StoredRows>>,
): void {
  const { visitors, visitorEntries, personLinks } = stored
  const links = createPersonLinks()
  for (const link of liveIn<PersonLink>(personLinks)) links.put(link)
  const visits = liveIn<VisitorEntry>(visitorEntries)
  const phones = new Map(liveIn<Visitor>(visitors).map(({ _id, phone }) => [_id, phone]))
  for (const visit of visits) {
    const marks = visit.reviewReasons ?? []
    const isTwice = visits.some((other) => isTogether(visit, other, links.personOf))
    if (isTwice !== marks.includes('DoubleEntry'))
      world.violate(`visit ${visit._id} is ${isTwice ? '' : 'not '}in twice, marked ${marks.join()}`)
    const isBarred = phones.get(visit.visitorId) === barredPhone
    if (isTwice) world.count('in twice')
    if (isBarred) world.count('barred let in')
    if (isBarred && !marks.includes('Watchlist')) world.violate(`barred visit ${visit._id} is not marked`)
    if (isBarred && knowsBar(visit.gateId) && !marks.includes('Override'))
      world.violate(`barred visit ${visit._id} has no override, where the gate knew`)
  }
}

type StoredRows = ReadonlyMap<string, StoredDocument>

const liveIn = <T>(rows: StoredRows): T[] =>
  [...rows.values()].filter(({ deleted }) => !deleted).map(({ document }) => document as unknown as T)

const isTogether = (
  one: VisitorEntry,
  other: VisitorEntry,
  personOf: (visitorId: string) => string,
): boolean => {
  if (one._id === other._id || personOf(one.visitorId) !== personOf(other.visitorId)) return false
  if (one.state === 'Cancelled' || other.state === 'Cancelled') return false
  const [first, second] = one.entryDateTime <= other.entryDateTime ? [one, other] : [other, one]
  const firstEnds = first.exitDateTime ?? Infinity
  const secondEnds = second.exitDateTime ?? Infinity
  return second.entryDateTime < firstEnds && first.entryDateTime < secondEnds
}
