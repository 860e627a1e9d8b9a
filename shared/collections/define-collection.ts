import Type from 'typebox'
import type { Static, TObject, TProperties } from 'typebox'
import { epochMs, objectId, sha256Hex } from './fields.ts'

/** How two concurrent values of one field become one. `base` is what both sides knew last. */
export type FieldMergeRule =
  /** The side that changed it wins; both changed: the server's stands (default). */
  | 'serverWins'
  /** A value wins over none; two values: the smaller (earlier) stands. */
  | 'earliest'
  /** Lists are united, the server's order first. */
  | 'union'
  /** Both changed: the texts are joined by a line break, so that no note is lost. */
  | 'joinText'

export interface KioskRole {
  /** RxDB indexes: arrays of field names, each an indexable required field. */
  readonly indexes: readonly (readonly string[])[]
  /** Top-level fields encrypted at rest on the kiosk; must hold every personal field of the schema. */
  readonly encrypted: readonly string[]
  /** `none`: the kiosk only reads. `own`: it inserts and updates, except the fields the server owns. */
  readonly writes: 'none' | 'own'
  /** Stamped by the server: never compared for conflicts, never taken from a kiosk. */
  readonly serverOwned: readonly string[]
  /** Fields never sent to a kiosk. */
  readonly withheld: readonly string[]
  /** Only documents that have one of these values in this (immutable) field go to a kiosk. */
  readonly onlyWhere?: { readonly field: string; readonly in: readonly string[] }
  /** Fields that change together (an exit's time, guard and photo) merge as one, by the rule of the first. */
  readonly merge: readonly {
    readonly fields: readonly [string, ...string[]]
    readonly rule: FieldMergeRule
  }[]
}

export interface MongoIndex {
  readonly keys: Readonly<Record<string, 1 | -1>>
  readonly unique?: true
  /** Only documents that have this field. */
  readonly onlyWith?: string
  /** Removed by MongoDB this many seconds after the (single, date) key. */
  readonly expireAfterSeconds?: number
}

type Migration = (document: Record<string, unknown>) => Record<string, unknown>

export interface CollectionDefinition<Name extends string = string, Schema extends TObject = TObject> {
  readonly name: Name
  /** Raised with every change of the schema; the server accepts this and the one before. */
  readonly version: number
  /** The wire form. Always has `_id`, `societyId`, `createdAt`, `updatedAt`. */
  readonly schema: Schema
  readonly mongoIndexes: readonly MongoIndex[]
  /** Present when kiosks hold the collection. */
  readonly kiosk?: KioskRole
  /** `migrations[n]` makes a document of version n-1 one of version n. */
  readonly migrations?: Readonly<Record<number, Migration>>
  /** `addedFields[n]`: top-level fields that version n brought; a replica of version n-1 never gets them. */
  readonly addedFields?: Readonly<Record<number, readonly string[]>>
  /** `downgrades[n]` makes a document of version n one of version n-1, where leaving fields out is not enough. */
  readonly downgrades?: Readonly<Record<number, Migration>>
}

export const envelope = {
  _id: objectId(),
  societyId: objectId(),
  createdAt: epochMs(),
  updatedAt: epochMs(),
}
type Envelope = typeof envelope

export function defineCollection<const Name extends string, Fields extends TProperties>(definition: {
  name: Name
  version: number
  /** Another form of `_id`; only for collections that stay on the server. */
  id?: ReturnType<typeof sha256Hex>
  fields: Fields
  mongoIndexes?: readonly MongoIndex[]
  kiosk?: KioskRole
  migrations?: Readonly<Record<number, Migration>>
  addedFields?: Readonly<Record<number, readonly string[]>>
  downgrades?: Readonly<Record<number, Migration>>
}): CollectionDefinition<Name, TObject<Envelope & Fields>> {
  const { id = objectId(), fields, mongoIndexes = [], ...rest } = definition
  return {
    ...rest,
    mongoIndexes,
    schema: Type.Object({ ...envelope, _id: id, ...fields }, { additionalProperties: false }) as TObject<
      Envelope & Fields
    >,
  }
}

export type DocumentOf<C extends CollectionDefinition> = Static<C['schema']>
