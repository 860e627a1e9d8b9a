import type { CollectionDefinition } from '../collections/define-collection.ts'

const known = new WeakMap<object, ReadonlySet<string>>()

/** Top-level fields that are personal data, or hold some. */
export function personalFields({ schema }: CollectionDefinition): ReadonlySet<string> {
  const found = known.get(schema)
  if (found) return found
  const names = Object.entries(schema.properties).filter(([, field]) => isPersonal(field))
  const made = new Set(names.map(([name]) => name))
  known.set(schema, made)
  return made
}

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
