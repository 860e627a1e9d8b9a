/**
 * `Places` in MongoDB: one document for each follower of a partition. A lease is judged and begun by MongoDB's clock
 * (`$$NOW`), in the same command that changes the document; a claim's `term` fences off whoever held the place before.
 */
import type { Collection, Db, Document } from 'mongodb'
import { namingOutages } from './mongo-errors.ts'
import { readTimeMs } from './replicated-rows.ts'
import { listHeads } from './sync-heads.ts'
import type { Claim, PlaceKey, Places, PlaceState } from '../places.ts'

interface PlaceRow {
  readonly _id: PlaceKey
  readonly lineage: string
  readonly seq: number
  readonly failures: number
  readonly lastError: string | null
  readonly term: number
  readonly leasedUntil: Date
  readonly pausedUntil: Date
  readonly behindSince: Date | null
}

type Rows = Collection<PlaceRow>

export const placesName = 'followerPlaces'
const longAgo = new Date(0)
const later = (ms: number) => ({ $add: ['$$NOW', ms] })
/** MongoDB compares whole documents, the order of their fields included. */
const idOf = ({ follower, partition }: PlaceKey): PlaceKey => ({ partition, follower })

const firstRow = {
  lineage: '',
  seq: 0,
  failures: 0,
  lastError: null,
  term: 0,
  leasedUntil: longAgo,
  pausedUntil: longAgo,
  behindSince: null,
}

const stateFields = {
  lineage: 1,
  seq: 1,
  failures: 1,
  lastError: 1,
  behindMs: { $subtract: ['$$NOW', { $ifNull: ['$behindSince', '$$NOW'] }] },
}

export function createMongoPlaces(db: Db): Places {
  const rows: Rows = db.collection<PlaceRow>(placesName)
  const reading = { projection: stateFields, maxTimeMS: readTimeMs }

  async function claim(key: PlaceKey, leaseMs: number): Promise<Claim | null> {
    const taken = await take(rows, key, leaseMs)
    if (taken) return taken
    const made = await rows.updateOne({ _id: idOf(key) }, { $setOnInsert: firstRow }, { upsert: true })
    return made.upsertedCount === 1 ? take(rows, key, leaseMs) : null
  }

  async function state(key: PlaceKey): Promise<PlaceState> {
    const row = await rows.findOne<Document>({ _id: idOf(key) }, reading)
    return toState(row ?? { ...firstRow, _id: key, behindMs: 0 })
  }

  return {
    heads: () => namingOutages(() => listHeads(db)),
    state: (key) => namingOutages(() => state(key)),
    states: () => namingOutages(async () => (await rows.find<Document>({}, reading).toArray()).map(toState)),
    claim: (key, leaseMs) => namingOutages(() => claim(key, leaseMs)),
    renew: (held, leaseMs) => changeHeld(rows, held, { leasedUntil: later(leaseMs) }),
    advance: (held, { lineage, seq }, { isAtHead, leaseMs }) =>
      changeHeld(rows, held, {
        lineage: { $literal: lineage },
        seq,
        failures: 0,
        lastError: null,
        ...(isAtHead ? { leasedUntil: longAgo, behindSince: null } : { leasedUntil: later(leaseMs) }),
      }),
    fail: (held, error, pauseMs) =>
      changeHeld(rows, held, {
        failures: { $add: ['$failures', 1] },
        lastError: { $literal: error },
        leasedUntil: longAgo,
        pausedUntil: later(pauseMs),
      }),
    release: (held) => changeHeld(rows, held, { leasedUntil: longAgo }),
  }
}

async function take(rows: Rows, key: PlaceKey, leaseMs: number): Promise<Claim | null> {
  const isFree = { $and: [{ $lte: ['$leasedUntil', '$$NOW'] }, { $lte: ['$pausedUntil', '$$NOW'] }] }
  const taken = {
    term: { $add: ['$term', 1] },
    leasedUntil: later(leaseMs),
    behindSince: { $ifNull: ['$behindSince', '$$NOW'] },
  }
  const row = await rows.findOneAndUpdate({ _id: idOf(key), $expr: isFree }, [{ $set: taken }], {
    returnDocument: 'after',
  })
  return row && { ...key, lineage: row.lineage, seq: row.seq, failures: row.failures, term: row.term }
}

/** False, and no change, where another has claimed the place since. */
const changeHeld = (rows: Rows, { term, ...key }: Claim, change: Document): Promise<boolean> =>
  namingOutages(async () => {
    const { matchedCount } = await rows.updateOne({ _id: idOf(key), term }, [{ $set: change }])
    return matchedCount === 1
  })

const toState = ({ _id, lineage, seq, failures, lastError, behindMs }: Document): PlaceState => ({
  follower: _id.follower,
  partition: _id.partition,
  lineage,
  seq,
  failures,
  lastError,
  behindMs: Number(behindMs),
})
