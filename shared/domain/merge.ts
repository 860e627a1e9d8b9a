/**
 * Two gates changed one record. Three-way merge by groups of fields: a group that one side changed since
 * `base` is taken from that side; a group that both changed is decided by the group's rule. Fields that the
 * server owns come from the server's state always.
 */
import type { CollectionDefinition, FieldMergeRule, KioskRole } from '../collections/define-collection.ts'
import { pick, replicaOwnedFields } from '../projections/pick-fields.ts'
import { canonicalJson, jsonEqual } from './canonical-json.ts'

type Fields = Record<string, unknown>

export interface MergeSides<T> {
  /** What both sides knew last; without it everything present counts as changed. */
  readonly base?: T | undefined
  /** The replica's state. */
  readonly mine: T
  /** The server's state. */
  readonly theirs: T
}

export interface MergeOptions {
  /** Fields that exist only on the replica -> the field they are derived from, e.g. `{ phoneIndex: 'phone' }`. */
  readonly localFields?: Readonly<Record<string, string>>
}

export interface ConflictHandlerOptions extends MergeOptions {
  /**
   * Adds to a merged document what exists only on the replica. Needed where a push modifier strips it: RxDB hands
   * the stripped document to `resolve`, so that neither side has the field.
   */
  readonly complete?: <T extends object>(merged: T) => T | Promise<T>
}

interface MergeGroup {
  readonly fields: readonly [string, ...string[]]
  readonly rule: FieldMergeRule | 'latest'
}

/** Deleted by the server stays deleted (an erasure); a replica never deletes. */
export function mergeDocuments<T extends object>(
  definition: CollectionDefinition,
  { base, mine, theirs }: MergeSides<T>,
  options: MergeOptions = {},
): T {
  if (isDeleted(theirs)) return theirs
  const merged: Fields = { ...(theirs as Fields) }
  for (const group of mergeGroups(definition)) {
    for (const name of group.fields) delete merged[name]
    Object.assign(
      merged,
      mergeGroup(definition, group, base as Fields | undefined, mine as Fields, theirs as Fields),
    )
  }
  followLocalFields(merged, mine as Fields, theirs as Fields, options.localFields ?? {})
  return merged as T
}

/** In the shape of RxDB's `RxConflictHandler`. */
export interface ConflictHandler {
  isEqual(a: object, b: object): boolean
  resolve<T extends object>(input: {
    newDocumentState: T
    assumedMasterState?: T
    realMasterState: T
  }): Promise<T>
}

/** Compares the fields that the replica owns: what the server stamps is no conflict. */
export const createConflictHandler = (
  definition: CollectionDefinition,
  { complete = (merged) => merged, ...options }: ConflictHandlerOptions = {},
): ConflictHandler => ({
  isEqual: (a, b) => sameToReplica(definition, a, b),
  resolve: async ({ assumedMasterState, newDocumentState, realMasterState }) => {
    const sides = { base: assumedMasterState, mine: newDocumentState, theirs: realMasterState }
    return complete(mergeDocuments(definition, sides, options))
  },
})

export function sameToReplica(definition: CollectionDefinition, a: object, b: object): boolean {
  if (isDeleted(a) !== isDeleted(b)) return false
  return replicaOwnedFields(definition).every((name) => jsonEqual((a as Fields)[name], (b as Fields)[name]))
}

const isDeleted = (document: object) => (document as { _deleted?: unknown })._deleted === true

const groupsByRole = new WeakMap<object, readonly MergeGroup[]>()

function mergeGroups(definition: CollectionDefinition): readonly MergeGroup[] {
  const known = groupsByRole.get(definition)
  if (known) return known
  const declared: MergeGroup[] = [
    { fields: ['createdAt'], rule: 'earliest' },
    { fields: ['updatedAt'], rule: 'latest' },
    ...((definition.kiosk as KioskRole | undefined)?.merge ?? []),
  ]
  const grouped = new Set(['_id', 'societyId', ...declared.flatMap((group) => group.fields)])
  const single = replicaOwnedFields(definition)
    .filter((name) => !grouped.has(name))
    .map((name): MergeGroup => ({ fields: [name], rule: 'serverWins' }))
  const groups = [...declared, ...single]
  groupsByRole.set(definition, groups)
  return groups
}

function mergeGroup(
  definition: CollectionDefinition,
  { fields, rule }: MergeGroup,
  base: Fields | undefined,
  mine: Fields,
  theirs: Fields,
): Fields {
  const known = pick(base ?? {}, fields)
  const ours = pick(mine, fields)
  const servers = pick(theirs, fields)
  if (jsonEqual(ours, servers) || jsonEqual(ours, known)) return servers
  if (jsonEqual(servers, known)) return ours
  switch (rule) {
    case 'serverWins':
      return servers
    case 'earliest':
      return outranks(ours, servers, fields[0], -1) ? ours : servers
    case 'latest':
      return outranks(ours, servers, fields[0], 1) ? ours : servers
    case 'union':
      return { [fields[0]]: united(definition, fields[0], servers[fields[0]], ours[fields[0]]) }
    case 'joinText':
      return { [fields[0]]: joined(definition, fields[0], servers[fields[0]], ours[fields[0]]) }
  }
}

/** A value outranks none; of two the smaller (or larger); of two alike, one that both sides would choose. */
function outranks(ours: Fields, servers: Fields, key: string, sign: 1 | -1): boolean {
  const [a, b] = [ours[key], servers[key]]
  if (a === undefined || b === undefined) return a !== undefined
  if (a !== b) return ((a as number) - (b as number)) * sign > 0
  return canonicalJson(ours) < canonicalJson(servers)
}

function united(definition: CollectionDefinition, field: string, servers: unknown, ours: unknown): unknown[] {
  const union = [...listOrNothing(servers)]
  for (const item of listOrNothing(ours)) {
    if (!union.some((known) => jsonEqual(known, item))) union.push(item)
  }
  return union.slice(0, boundOf(definition, field, 'maxItems'))
}

/** Line by line, so that a second merge adds nothing. Code points count, as in the schema. */
function joined(definition: CollectionDefinition, field: string, servers: unknown, ours: unknown): string {
  const all = [servers, ours].flatMap((text) => (typeof text === 'string' ? text.split('\n') : []))
  const text = [...new Set(all)].join('\n')
  const bound = boundOf(definition, field, 'maxLength')
  return text.length <= bound ? text : Array.from(text).slice(0, bound).join('')
}

const listOrNothing = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function boundOf(definition: CollectionDefinition, field: string, keyword: 'maxItems' | 'maxLength'): number {
  const schema = definition.schema.properties[field] as Readonly<Record<string, unknown>> | undefined
  const bound = schema?.[keyword]
  return typeof bound === 'number' ? bound : Number.POSITIVE_INFINITY
}

function followLocalFields(
  merged: Fields,
  mine: Fields,
  theirs: Fields,
  localFields: Readonly<Record<string, string>>,
): void {
  for (const [local, source] of Object.entries(localFields)) {
    const side = jsonEqual(merged[source], theirs[source]) ? theirs : mine
    const other = jsonEqual(mine[source], theirs[source]) ? (side === mine ? theirs : mine) : side
    const value = side[local] ?? other[local]
    if (value === undefined) delete merged[local]
    else merged[local] = value
  }
}
