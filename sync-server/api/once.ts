/**
 * A request that creates is carried out once, however often it is sent. What was answered is kept in the transaction of
 * the records, so that there is never one without the other: not where the server was killed between them, and not
 * where two servers get the same request at once.
 */
import { createHash } from 'node:crypto'
import { idempotencyKeptMs } from '@chowki/shared/collections/idempotency-keys.ts'
import { canonicalJson } from '@chowki/shared/domain/canonical-json.ts'
import type { FastifyRequest } from 'fastify'
import type { RecordsTransaction } from '../records/records-transaction.ts'
import type { Records } from '../records/records.ts'
import { refuse } from './problems.ts'
import type { ResourcePlace } from './reading.ts'

export interface OnceKey {
  readonly id: string
  readonly requestHash: string
}

const keyForm = /^[A-Za-z0-9_-]{8,128}$/
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Throws where the request has no key. */
export function onceKeyOf({ caller, societyId }: ResourcePlace, request: FastifyRequest): OnceKey {
  const sent = request.headers['idempotency-key']
  if (typeof sent !== 'string' || !keyForm.test(sent)) {
    throw refuse('idempotency_key_missing', { field: 'idempotency-key' })
  }
  const [address] = request.url.split('?')
  return {
    id: sha256(JSON.stringify([societyId, caller.kind, caller.id, sent])),
    requestHash: sha256(canonicalJson([request.method, address, request.body])),
  }
}

export interface Done<Outcome> {
  readonly outcome: Outcome
  /** Of the last record that was written: those of one request have consecutive numbers, in their order. */
  readonly lastSeq: number
}

export interface OnceParts {
  readonly records: Records
  readonly now: () => number
}

/** `work` writes the records and gives what is kept of the answer, as JSON; it may run more than once. */
export async function writeOnce<Outcome>(
  { records, now }: OnceParts,
  { caller, societyId }: ResourcePlace,
  { id, requestHash }: OnceKey,
  work: (transaction: RecordsTransaction) => Promise<Outcome>,
): Promise<Done<Outcome>> {
  const outcome = await records.write(caller, societyId, async (transaction) => {
    const known = (await transaction.read('idempotencyKeys', [id])).get(id)
    if (known && known.requestHash !== requestHash) {
      throw refuse('idempotency_key_reused', { field: 'idempotency-key' })
    }
    if (known) return known.outcome
    const made = toKept(await work(transaction))
    const at = now()
    transaction.insert('idempotencyKeys', {
      _id: id,
      societyId,
      createdAt: at,
      updatedAt: at,
      requestHash,
      outcome: made,
      expiresAt: at + idempotencyKeptMs,
    })
    return made
  })
  // Written behind the records, so its number follows theirs; the transaction itself does not know it.
  const [key] = await records.page(societyId, 'idempotencyKeys', {
    conditions: [{ field: '_id', operator: 'in', values: [id] }],
    sort: { field: '_id', direction: 1 },
    limit: 1,
  })
  return { outcome: fromKept(outcome) as Outcome, lastSeq: (key?.seq ?? 0) - 1 }
}

/** In base64: the digits of an id within a longer text would be taken for an Aadhaar number, and masked. */
const toKept = (outcome: unknown): string => Buffer.from(JSON.stringify(outcome)).toString('base64')
const fromKept = (kept: string): unknown => JSON.parse(Buffer.from(kept, 'base64').toString())
