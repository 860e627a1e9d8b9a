/** Compares what a server holds with what it has acknowledged: by HTTP as a desk sees it, and the sequence numbers in MongoDB. */
import { isDeepStrictEqual } from 'node:util'
import { ObjectId } from 'mongodb'
import type { Db, Document } from 'mongodb'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import { withClient } from '../../bench/frame/server.ts'
import type { GateClient, Push } from './gate-client.ts'
import { newReader, readOn } from './reader.ts'
import type { Reader } from './reader.ts'
import type { ServerLedger } from './writers.ts'

const photosPerQuestion = 500

/** One line for each acknowledged record that is not there, or is not as it was acknowledged. */
export async function findLost(client: GateClient, ledger: ServerLedger, reader: Reader): Promise<string[]> {
  const fresh: Reader = newReader()
  for (const each of [fresh, reader])
    if (!(await readOn(client, each))) throw new Error('The server does not answer')
  const possible = exitsIn(ledger.begun)
  const visits = [...ledger.visits.values()].flatMap((visit) => {
    const allowed = [visit, ...possible.filter(({ _id }) => _id === visit._id)]
    return [
      ...differences('the server', fresh.seen.get(visit._id), allowed),
      ...differences('the reader', reader.seen.get(visit._id), allowed),
    ].map((what) => `visit ${visit._id}: ${what}`)
  })
  return [...visits, ...(await lostPhotos(client, ledger))]
}

const exitsIn = (begun: ReadonlySet<Push>): VisitorEntry[] =>
  [...begun].flatMap((push) => (push.kind === 'visits' ? push.rows.map(({ after }) => after) : []))

function differences(
  who: string,
  found: WireDocument | undefined,
  allowed: readonly VisitorEntry[],
): string[] {
  if (found === undefined) return [`${who} does not have it`]
  return allowed.some((visit) => holds(found, visit)) ? [] : [`${who} has it otherwise`]
}

/** The server adds fields of its own. */
const holds = (found: WireDocument, sent: VisitorEntry): boolean =>
  Object.entries(sent).every(([name, value]) => isDeepStrictEqual(found[name], value))

/** All by the server's own list; those that were never read since they were answered, by their bytes. */
async function lostPhotos(client: GateClient, { photos, unreadPhotos }: ServerLedger): Promise<string[]> {
  const lost: string[] = []
  const all = [...photos]
  for (let from = 0; from < all.length; from += photosPerQuestion)
    lost.push(...(await client.missingPhotos(all.slice(from, from + photosPerQuestion))))
  const waiting = [...unreadPhotos]
  const lane = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop())
      if ((await client.photoHash(id)) !== photos.get(id)) lost.push(id)
  }
  await Promise.all([lane(), lane(), lane(), lane()])
  unreadPhotos.clear()
  return [...new Set(lost)].map((id) => `photo ${id} is missing or another`)
}

export interface Numbering {
  readonly head: number
  /** Numbers that the audit names for other records than visits: photos, the desk itself. */
  readonly others: number
  readonly rows: readonly { readonly id: string; readonly seq: number; readonly hasLeft: boolean }[]
}

export const readNumbering = (mongoUrl: string, database: string, societyId: string): Promise<Numbering> =>
  withClient(mongoUrl, async (client) => {
    const db = client.db(database)
    const rows = await db.collection<Document>('visitorEntries').find().sort({ _seq: 1 }).toArray()
    const head = await db.collection<{ _id: string; seq: number }>('syncHeads').findOne({ _id: societyId })
    return {
      head: Number(head?.seq),
      others: await countOthers(db, societyId),
      rows: rows.map(({ _id, _seq, state }) => ({
        id: String(_id),
        seq: Number(_seq),
        hasLeft: state === 'Left',
      })),
    }
  })

/** Each written record is a line of its entry. */
async function countOthers(db: Db, societyId: string): Promise<number> {
  const ofOthers = { societyId: new ObjectId(societyId), subjectCollection: { $ne: 'visitorEntries' } }
  const entries = await db.collection<Document>('auditLogs').find(ofOthers).toArray()
  return entries.reduce((sum, { records }) => sum + (records ? String(records).split('\n').length : 0), 0)
}

/**
 * Each number after the base was given to one row; a visit that was changed once has left one number behind. `base`: as
 * it was before the first visit.
 */
export function findGaps(
  { head, others, rows }: Numbering,
  base: Pick<Numbering, 'head' | 'others'>,
): string[] {
  const seqs = new Set(rows.map(({ seq }) => seq))
  const given = head - base.head - (others - base.others)
  const changed = rows.filter(({ hasLeft }) => hasLeft).length
  return [
    ...(seqs.size === rows.length ? [] : ['a number is given twice']),
    ...(rows.every(({ seq }) => seq > base.head && seq <= head) ? [] : ['a number lies beyond the head']),
    ...(given === rows.length + changed
      ? []
      : [`${given} numbers for ${rows.length} visits and ${changed} changes`]),
  ]
}
