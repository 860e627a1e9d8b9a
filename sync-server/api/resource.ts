/** A collection as the API shows it: what may be seen, set, filtered and sorted by, all read from its one definition. */
import type { CollectionDefinition } from '@chowki/shared/collections/define-collection.ts'
import { referencedCollections } from '@chowki/shared/collections/references.ts'
import { collections } from '@chowki/shared/collections/registry.ts'
import type { CollectionName } from '@chowki/shared/collections/registry.ts'
import { personalFields } from '@chowki/shared/projections/pick-fields.ts'
import Type from 'typebox'
import type { TObject, TSchema } from 'typebox'

/** The keywords of a field's schema that this room reads. */
export interface ResourceField {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly bson?: 'objectId' | 'date' | 'binary'
  readonly secret?: true
  readonly items?: ResourceField
  readonly properties?: Readonly<Record<string, ResourceField>>
  readonly required?: readonly string[]
}

export interface ResourceIndex {
  /** After the society, in order. */
  readonly fields: readonly string[]
  readonly directions: readonly (1 | -1)[]
  /** Rows without this field are not in the index. */
  readonly onlyWith?: string
}

export interface Resource {
  readonly name: CollectionName
  readonly definition: CollectionDefinition
  /** What may be seen. */
  readonly fields: ReadonlyMap<string, ResourceField>
  readonly required: ReadonlySet<string>
  readonly personal: ReadonlySet<string>
  /** Names of those of `fields` that hold an id of another collection. */
  readonly references: ReadonlyMap<string, CollectionName>
  readonly indexes: readonly ResourceIndex[]
  /** As it is answered. */
  readonly shownSchema: TObject
  /** As it is sent to be created. */
  readonly newSchema: TObject
  /** As a merge patch: null takes a field away. */
  readonly patchSchema: TObject
}

/** Set by the server, whoever writes. */
const stamped = new Set(['_id', 'societyId', 'createdAt', 'updatedAt'])

const made = new Map<CollectionName, Resource>()

export function resourceOf(name: CollectionName): Resource {
  const known = made.get(name)
  if (known) return known
  const resource = makeResource(name, collections[name])
  made.set(name, resource)
  return resource
}

function makeResource(name: CollectionName, definition: CollectionDefinition): Resource {
  const all = Object.entries(definition.schema.properties as Record<string, ResourceField & TSchema>)
  const required = new Set(definition.schema.required as string[])
  const shown = all.filter(([, field]) => field.secret !== true && field.bson !== 'binary')
  const serverOwned = new Set(definition.kiosk?.serverOwned)
  const settable = shown.filter(([field]) => !stamped.has(field) && !serverOwned.has(field))
  const idSchema = definition.schema.properties['_id'] as TSchema
  return {
    name,
    definition,
    fields: new Map(shown),
    required,
    personal: personalFields(definition),
    references: new Map(
      shown.flatMap(([field]) => {
        const target = referencedCollections[field]
        return target ? [[field, target] as const] : []
      }),
    ),
    indexes: indexesOf(definition, new Set(shown.map(([field]) => field))),
    shownSchema: closed(shown),
    newSchema: closed([
      ['_id', Type.Optional(idSchema)],
      ...settable.map(([field, schema]) => [field, asSent(schema, required.has(field))] as const),
    ]),
    patchSchema: closed(settable.map(([field, schema]) => [field, toPatch(schema, required.has(field))])),
  }
}

const closed = (fields: readonly (readonly [string, TSchema])[]): TObject =>
  Type.Object(Object.fromEntries(fields), { additionalProperties: false })

const asSent = (schema: TSchema, isRequired: boolean): TSchema =>
  isRequired ? schema : Type.Optional(schema)

/** RFC 7396: objects are merged at any depth, lists are replaced whole. */
function toPatch(schema: ResourceField & TSchema, isRequired: boolean): TSchema {
  const inner = schema.properties
    ? closed(
        Object.entries(schema.properties).map(([name, field]) => [
          name,
          toPatch(field as ResourceField & TSchema, schema.required?.includes(name) ?? false),
        ]),
      )
    : schema
  return Type.Optional(isRequired ? inner : Type.Union([inner, Type.Null()]))
}

/** Those that a list can use: they begin with the society, and name fields that may be seen. */
function indexesOf({ mongoIndexes }: CollectionDefinition, shown: ReadonlySet<string>): ResourceIndex[] {
  return mongoIndexes.flatMap(({ keys, onlyWith }) => {
    const [first, ...rest] = Object.entries(keys)
    const hiddenAt = rest.findIndex(([field]) => !shown.has(field))
    const usable = hiddenAt === -1 ? rest : rest.slice(0, hiddenAt)
    if (first?.[0] !== 'societyId' || usable.length === 0) return []
    const fields = usable.map(([field]) => field)
    const directions = usable.map(([, direction]) => direction)
    return [{ fields, directions, ...(onlyWith === undefined ? {} : { onlyWith }) }]
  })
}
