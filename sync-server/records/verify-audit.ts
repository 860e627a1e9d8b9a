/**
 * Walks a society's audit from its first entry to the head, and says in words what was changed, moved or taken out. What
 * it cannot see: a chain that somebody with all of MongoDB has made anew to its end. Against that, the end's hash is
 * printed, to be kept elsewhere.
 */
import { emptyLog, hashOfEntry } from '../storage/log.ts'
import type { LogEntry, LogHead } from '../storage/log.ts'
import type { StorageReads } from '../storage/storage.ts'
import { recordHash } from './journal.ts'

export interface AuditReport {
  readonly entries: number
  readonly end: LogHead
  /** Empty where all is as it was written. */
  readonly problems: readonly string[]
}

export interface VerifyOptions {
  /** Also compares each record with the hash of its latest entry: reads them all. */
  readonly withRecords?: boolean
}

const pageSize = 200

export async function verifyAudit(
  storage: StorageReads,
  societyId: string,
  { withRecords = false }: VerifyOptions = {},
): Promise<AuditReport> {
  const problems: string[] = []
  const latest: LatestHashes = new Map()
  let last: Last = { ...emptyLog, isSound: true }
  let entries = 0
  let head = emptyLog
  for (;;) {
    const page = await storage.logAfter(societyId, last.position, pageSize)
    for (const entry of page) {
      const found = judge(societyId, last, entry)
      problems.push(...found)
      if (withRecords) note(latest, entry)
      last = { position: entry.position, hash: entry.hash, isSound: found.length === 0 }
    }
    entries += page.length
    if (page.length > 0) continue
    // Somebody may have written meanwhile: the end is what no new entry follows.
    const newest = await storage.logHead(societyId)
    if (newest.position === head.position) break
    head = newest
  }
  problems.push(...judgeEnd(last, head))
  if (withRecords) problems.push(...(await compareRecords(storage, societyId, latest)))
  return { entries, end: head, problems }
}

interface Last extends LogHead {
  /** What follows on a bad one is not blamed for it. */
  readonly isSound: boolean
}

function judge(societyId: string, last: Last, entry: LogEntry): string[] {
  const problems: string[] = []
  const expected = last.position + 1
  const isNext = entry.position === expected
  if (!isNext) problems.push(`${span(expected, entry.position - 1)} missing`)
  if (entry.hash !== hashOfEntry(societyId, entry)) {
    const origin = placeOf(societyId, entry)
    problems.push(
      origin === undefined
        ? `entry ${entry.position} was changed: ${saidIn(entry)}`
        : `entry ${entry.position} was moved here from ${origin}: ${saidIn(entry)}`,
    )
  } else if (isNext && last.isSound && entry.previousHash !== last.hash) {
    problems.push(`entry ${entry.position} does not follow on the entry before it: ${saidIn(entry)}`)
  }
  return problems
}

function judgeEnd(last: LogHead, head: LogHead): string[] {
  if (last.position < head.position) return [`${span(last.position + 1, head.position)} missing at the end`]
  if (last.position > head.position) {
    return [`${span(head.position + 1, last.position)} after the end, which nobody has written`]
  }
  return last.hash === head.hash ? [] : [`entry ${last.position} is not the one that the head names`]
}

const span = (from: number, to: number) => (from === to ? `entry ${from} is` : `entries ${from} to ${to} are`)

const saidIn = ({ fields }: LogEntry): string =>
  ['action', 'subjectId', 'actorId'].map((name) => String(fields[name] ?? '-')).join(' ')

const searched = 1_000

/** Where a moved entry stood: the place that its hash was made with. */
function placeOf(societyId: string, entry: LogEntry): number | undefined {
  const first = Math.max(1, entry.position - searched)
  for (let position = first; position <= entry.position + searched; position += 1) {
    if (hashOfEntry(societyId, { ...entry, position }) === entry.hash) return position
  }
  return undefined
}

/** Collection -> id -> hash of the state that the newest entry about it names. */
type LatestHashes = Map<string, Map<string, string>>

function note(latest: LatestHashes, { fields }: LogEntry): void {
  if (typeof fields['records'] !== 'string') return
  const collection = String(fields['subjectCollection'])
  const hashes = latest.get(collection) ?? new Map<string, string>()
  latest.set(collection, hashes)
  for (const record of fields['records'].split('\n')) {
    const [id = '', hash] = record.split(' ')
    // Without one it was seen, not written.
    if (hash !== undefined) hashes.set(id, hash)
  }
}

/** MongoDB itself removes stale codes and keys, by their time. */
const removedByTime = new Set(['enrolmentCodes', 'idempotencyKeys'])

async function compareRecords(
  storage: StorageReads,
  societyId: string,
  latest: LatestHashes,
): Promise<string[]> {
  const problems: string[] = []
  for (const [collection, hashes] of latest) {
    const ids = [...hashes.keys()]
    for (let from = 0; from < ids.length; from += pageSize) {
      const page = ids.slice(from, from + pageSize)
      const rows = await storage.readMany(societyId, collection, page)
      for (const id of page) {
        const row = rows.get(id)
        if (!row && !removedByTime.has(collection)) problems.push(`${collection} ${id} is gone`)
        if (row && recordHash(row.document, row.deleted) !== hashes.get(id)) {
          problems.push(`${collection} ${id} is not as it was written last`)
        }
      }
    }
  }
  return problems
}
