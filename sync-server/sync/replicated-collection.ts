/**
 * What the sync server must know of a collection. Everything else about it (its meaning, its storage) stays with
 * the application, which makes these objects; see `kiosk-sync.ts` for Chowki's.
 */
import type { Result } from '@chowki/shared/errors/result.ts'
import type { WireDocument, WireError } from '@chowki/shared/protocol/messages.ts'
import type { ScopeFilter } from '../storage/storage.ts'

export type Fields = Readonly<Record<string, unknown>>

export interface StampContext {
  /** Epoch milliseconds by the server's clock when the push arrived. */
  readonly now: number
  /** Epoch milliseconds by the replica's clock when it sent the push. Any number: clocks are wrong. */
  readonly sentAt: number
  /** Who sent it, as `authenticate` named them. */
  readonly source: string
  /** The stored document that this one replaces. */
  readonly previous: Fields | undefined
}

export interface ReplicatedCollection {
  readonly name: string
  /** Of the schema. A replica may hold this version or the one before. */
  readonly version: number
  /** The field whose value is the partition, in every document. */
  readonly partitionField: string
  /** Whether replicas may write at all. */
  readonly writable: boolean
  /**
   * Whether a replica's `_deleted: true` deletes for everyone. Where it does not, such a row is refused: a replica
   * that frees its disk by `remove()` must never erase the record (trap 8).
   */
  readonly replicaDeletes: boolean
  /** Set by the server only: never compared for conflicts, never taken from a replica (trap 6). */
  readonly serverOwned: readonly string[]
  /** Never sent to a replica, never taken from one. */
  readonly withheld: readonly string[]
  /** Only these documents go to replicas. */
  readonly scope?: ScopeFilter
  /**
   * What must not be kept is taken out of both states of a pushed row, before anything looks at them. What the replica
   * assumes is treated alike, so that it does not conflict with what it sent itself; it pulls what was stored.
   */
  arriving?(state: WireDocument): WireDocument
  /** Judges a document of this `version`, without server-owned and withheld fields. */
  validate(document: Fields, partition: string): Result<true, WireError>
  /** From the version before to this one. */
  upgrade?(document: Fields): Fields
  /** From this version to the one before. */
  downgrade?(document: Fields): Fields
  /** Adds or changes server-owned fields of a document about to be stored. */
  stamp?(document: WireDocument, context: StampContext): WireDocument
}

/** Today's version and, where it can be converted, the one before. */
export function acceptsVersion(collection: ReplicatedCollection, version: number): boolean {
  if (version === collection.version) return true
  return version === collection.version - 1 && version >= 0
}

export function isInScope({ scope }: ReplicatedCollection, document: Fields): boolean {
  if (!scope) return true
  const value = document[scope.field]
  return typeof value === 'string' && scope.in.includes(value)
}

/** The part of a document, of whichever version, that a replica holds and may set. */
export function replicaPart(collection: ReplicatedCollection, document: Fields): Fields {
  return without(document, [...collection.serverOwned, ...collection.withheld, '_deleted'])
}

/** A stored document as a replica of `version` may see it. */
export function toReplica(
  collection: ReplicatedCollection,
  version: number,
  stored: { readonly deleted: boolean; readonly document: WireDocument },
): WireDocument {
  const visible = without(stored.document, collection.withheld)
  const document = version === collection.version ? visible : (collection.downgrade?.(visible) ?? visible)
  return { ...document, _id: stored.document._id, ...(stored.deleted ? { _deleted: true } : {}) }
}

function without(document: Fields, names: readonly string[]): Fields {
  if (!names.some((name) => Object.hasOwn(document, name))) return document
  const kept: Record<string, unknown> = {}
  for (const name of Object.keys(document)) if (!names.includes(name)) kept[name] = document[name]
  return kept
}
