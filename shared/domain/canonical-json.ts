/** One text for one value, whatever the order of its keys: what hashes are taken of. */
import type { CollectionDefinition } from '../collections/define-collection.ts'
import { replicaOwned } from '../projections/pick-fields.ts'

type Pending = { readonly text: string } | { readonly value: unknown }

/**
 * Keys sorted by code unit, no spaces, absent and undefined alike, -0 as 0. Only JSON values. Without recursion:
 * a hostile row of a million brackets must be hashed and set aside, not end the request of its neighbours.
 */
export function canonicalJson(value: unknown): string {
  const parts: string[] = []
  const pending: Pending[] = [{ value }]
  for (let next = pending.pop(); next; next = pending.pop()) {
    if ('text' in next) parts.push(next.text)
    else if (next.value !== null && typeof next.value === 'object') open(next.value, pending)
    else parts.push(scalarJson(next.value))
  }
  return parts.join('')
}

/** Adds what a list or an object is written as, last part first. */
function open(value: object, pending: Pending[]): void {
  const parts = Array.isArray(value) ? listParts(value) : memberParts(value as Record<string, unknown>)
  for (const part of parts.toReversed()) pending.push(part)
}

function listParts(list: readonly unknown[]): Pending[] {
  const parts: Pending[] = [{ text: '[' }]
  for (const [index, item] of list.entries()) {
    if (index > 0) parts.push({ text: ',' })
    parts.push({ value: item ?? null })
  }
  return [...parts, { text: ']' }]
}

function memberParts(record: Readonly<Record<string, unknown>>): Pending[] {
  const keys = Object.keys(record).filter((key) => record[key] !== undefined)
  const parts: Pending[] = [{ text: '{' }]
  for (const [index, key] of keys.toSorted().entries()) {
    parts.push({ text: `${index > 0 ? ',' : ''}${JSON.stringify(key)}:` }, { value: record[key] })
  }
  return [...parts, { text: '}' }]
}

function scalarJson(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined
  if (json === undefined) throw new Error('Only JSON values have a canonical form.')
  return json
}

/**
 * What replica and server compare in a reconciliation: a hash of the fields that the replica owns.
 * `sha256Hex` hashes the text's UTF-8 bytes; it may be synchronous (Node) or not (WebCrypto).
 */
export const documentHash = <Digest>(
  definition: CollectionDefinition,
  document: Readonly<Record<string, unknown>>,
  sha256Hex: (text: string) => Digest,
): Digest => sha256Hex(canonicalJson(replicaOwned(definition, document)))

/** Equality of JSON values; a key with undefined equals an absent key. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => jsonEqual(item, b[index]))
    )
  }
  return recordsEqual(a as Record<string, unknown>, b as Record<string, unknown>)
}

function recordsEqual(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  for (const key of Object.keys(a)) {
    if (!jsonEqual(a[key], Object.hasOwn(b, key) ? b[key] : undefined)) return false
  }
  return Object.keys(b).every((key) => b[key] === undefined || Object.hasOwn(a, key))
}
