/**
 * What the audit says of a commit. Inserted records are named by id and hash, many to an entry; each changed record has
 * an entry of its own, with the values before and after.
 */
import { hash } from 'node:crypto'
import { auditRecordsMax } from '@chowki/shared/collections/audit-logs.ts'
import type { CollectionDefinition } from '@chowki/shared/collections/define-collection.ts'
import { serverOnlyCollections } from '@chowki/shared/collections/registry.ts'
import { jsonEqual } from '@chowki/shared/domain/canonical-json.ts'
import { personalFields } from '@chowki/shared/projections/pick-fields.ts'
import type { CollectionChange, Journal, LogFields } from '../storage/log.ts'
import type { StoreWrite } from '../storage/storage.ts'
import type { AuditCipher } from './audit-cipher.ts'
import { auditFields } from './caller.ts'
import { definitionOf } from './records-transaction.ts'

export interface JournalParts {
  readonly cipher: AuditCipher
  /** Epoch milliseconds. */
  readonly now: () => number
}

export const createJournal =
  ({ cipher, now }: JournalParts): Journal =>
  ({ partition, author, changes }) => {
    if (!author) throw new Error('nothing is written without its author')
    const at = now()
    const entry = (collection: string, verb: string, what: LogFields): LogFields => ({
      ...auditFields(author, at),
      action: `${collection}.${verb}`,
      subjectCollection: collection,
      ...what,
    })
    return changes.flatMap(({ collection, inserts, replaces }) => [
      ...inBatches(inserts).map((batch) => entry(collection, 'inserted', named(batch))),
      ...replaces.map((replaced) =>
        entry(collection, verbOf(replaced), {
          ...named([replaced.after]),
          ...whatChanged(partition, definitionOf(collection), replaced, cipher),
        }),
      ),
    ])
  }

type Replaced = CollectionChange['replaces'][number]

const verbOf = ({ before, after }: Replaced) => (after.deleted && !before.deleted ? 'removed' : 'changed')

function inBatches(writes: readonly StoreWrite[]): (readonly StoreWrite[])[] {
  const batches: (readonly StoreWrite[])[] = []
  for (let from = 0; from < writes.length; from += auditRecordsMax) {
    batches.push(writes.slice(from, from + auditRecordsMax))
  }
  return batches
}

function named(writes: readonly StoreWrite[]): LogFields {
  const [only, ...others] = writes
  return {
    ...(only && others.length === 0 ? { subjectId: only.id } : {}),
    records: writes.map(({ id, document, deleted }) => `${id} ${recordHash(document, deleted)}`).join('\n'),
  }
}

function whatChanged(
  societyId: string,
  definition: CollectionDefinition,
  { before, after }: Replaced,
  cipher: AuditCipher,
): LogFields {
  const [old, young] = [withDeleted(before), withDeleted(after)]
  const fields = [...new Set([...Object.keys(old), ...Object.keys(young)])]
    .filter((name) => !jsonEqual(old[name], young[name]))
    .toSorted()
  if (fields.length === 0) return {}
  const isHidden = hiddenIn(definition)
  const valuesOf = (names: readonly string[]) =>
    JSON.stringify(Object.fromEntries(names.map((name) => [name, [old[name] ?? null, young[name] ?? null]])))
  const [hidden, open] = [fields.filter(isHidden), fields.filter((name) => !isHidden(name))]
  const place = { societyId, collection: definition.name, recordId: after.id }
  return {
    fields,
    ...(open.length > 0 ? { changes: valuesOf(open) } : {}),
    ...(hidden.length > 0 ? cipher.seal(valuesOf(hidden), place) : {}),
  }
}

const withDeleted = ({ document, deleted }: Pick<StoreWrite, 'document' | 'deleted'>): LogFields =>
  deleted ? { ...document, _deleted: true } : document

/** Personal data; what no kiosk may see, as a password; and all that proves a device. */
function hiddenIn(definition: CollectionDefinition): (field: string) => boolean {
  const personal = personalFields(definition)
  const withheld = definition.kiosk?.withheld ?? []
  const isSecret = Object.hasOwn(serverOnlyCollections, definition.name)
  return (field) => isSecret || personal.has(field) || withheld.includes(field)
}

/**
 * By which the audit knows a record's state: SHA-256 in base64url over the record's JSON with its keys in order; bytes stand as their own SHA-256. Not by
 * `canonicalJson`, which is three times slower, as it must survive a hostile row of any depth: a record here has been
 * judged by its schema.
 */
export const recordHash = (document: object, isDeleted: boolean): string =>
  hash('sha256', JSON.stringify(inOrder(isDeleted ? { ...document, _deleted: true } : document)), 'base64url')

function inOrder(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(inOrder)
  if (value instanceof Uint8Array) return hash('sha256', value, 'base64url')
  const record = value as Readonly<Record<string, unknown>>
  const ordered: Record<string, unknown> = {}
  for (const key of Object.keys(record).sort()) ordered[key] = inOrder(record[key])
  return ordered
}
