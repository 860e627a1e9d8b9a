/** Which fields of a document travel, and to whom; which are personal. */
import type { CollectionDefinition } from '../collections/define-collection.ts'

type Document = Readonly<Record<string, unknown>>

/** Names of the fields that a replica holds and may set: what conflicts and hashes are judged by. */
export function replicaOwnedFields(definition: CollectionDefinition): readonly string[] {
  const known = ownedBySchema.get(definition.schema)
  if (known) return known
  const foreign = new Set([...(definition.kiosk?.serverOwned ?? []), ...(definition.kiosk?.withheld ?? [])])
  const owned = Object.keys(definition.schema.properties).filter((name) => !foreign.has(name))
  ownedBySchema.set(definition.schema, owned)
  return owned
}
const ownedBySchema = new WeakMap<object, readonly string[]>()

export const replicaOwned = (definition: CollectionDefinition, document: Document): Record<string, unknown> =>
  pick(document, replicaOwnedFields(definition))

/** What a kiosk may see of a stored document. */
export function withoutWithheld<T extends Document>(definition: CollectionDefinition, document: T): T {
  const withheld = definition.kiosk?.withheld ?? []
  return withheld.length === 0 ? document : (omit(document, withheld) as T)
}

/** Of the document as a kiosk holds it, what goes to the server: local fields stay behind. */
export function onlyKnown(definition: CollectionDefinition, document: Document): Record<string, unknown> {
  const known = knownBySchema.get(definition.schema) ?? [
    ...Object.keys(definition.schema.properties),
    '_deleted',
  ]
  knownBySchema.set(definition.schema, known)
  return pick(document, known)
}
const knownBySchema = new WeakMap<object, readonly string[]>()

/** Top-level fields that are personal data, or hold some. */
export function personalFields({ schema }: CollectionDefinition): ReadonlySet<string> {
  const found = personalBySchema.get(schema)
  if (found) return found
  const names = Object.entries(schema.properties).filter(([, field]) => isPersonal(field))
  const made = new Set(names.map(([name]) => name))
  personalBySchema.set(schema, made)
  return made
}
const personalBySchema = new WeakMap<object, ReadonlySet<string>>()

function isPersonal(field: object): boolean {
  const { personal, properties, items, anyOf } = field as Readonly<Record<string, unknown>>
  if (personal === true) return true
  const inside = [
    ...Object.values(properties ?? {}),
    ...(items ? [items] : []),
    ...((anyOf ?? []) as object[]),
  ]
  return inside.some((part) => isPersonal(part as object))
}

export const pick = (document: Document, names: readonly string[]): Record<string, unknown> => {
  const picked: Record<string, unknown> = {}
  for (const name of names) {
    if (Object.hasOwn(document, name) && document[name] !== undefined) picked[name] = document[name]
  }
  return picked
}

const omit = (document: Document, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(document).filter(([name]) => !names.includes(name)))
