/** Where a collection's ids and times lie, and the walk that changes them between wire and BSON. */
import type { CollectionDefinition } from '../collections/define-collection.ts'

export interface BsonPath {
  /** `[]` stands for each element of a list, e.g. `['comments', '[]', 'timestamp']`. */
  readonly path: readonly string[]
  readonly bson: 'objectId' | 'date'
}

export interface BsonChange {
  readonly objectId: (value: unknown) => unknown
  readonly date: (value: unknown) => unknown
}

type Node =
  | { readonly leaf: 'objectId' | 'date' }
  | { readonly fields: Readonly<Record<string, Node>> }
  | { readonly items: Node }

const treesBySchema = new WeakMap<object, Node>()
const nothingToChange: Node = { fields: {} }

/** A new document, changed at every id and time; what is absent stays absent, unknown fields stay as they are. */
export function mapBsonPaths(
  definition: CollectionDefinition,
  document: Readonly<Record<string, unknown>>,
  change: BsonChange,
): Record<string, unknown> {
  return mapNode(treeOf(definition), document, change) as Record<string, unknown>
}

export function bsonPaths(definition: CollectionDefinition): BsonPath[] {
  return pathsOf(treeOf(definition), [])
}

function treeOf(definition: CollectionDefinition): Node {
  const known = treesBySchema.get(definition.schema)
  if (known) return known
  const tree = toNode(definition.schema) ?? nothingToChange
  treesBySchema.set(definition.schema, tree)
  return tree
}

function toNode(schema: object): Node | undefined {
  const source = schema as Readonly<Record<string, unknown>>
  if (source.bson === 'objectId' || source.bson === 'date') return { leaf: source.bson }
  if (source.items) {
    const items = toNode(source.items)
    return items && { items }
  }
  if (!source.properties) return undefined
  const fields: Record<string, Node> = {}
  for (const [name, property] of Object.entries(source.properties)) {
    const node = toNode(property as object)
    if (node) fields[name] = node
  }
  return Object.keys(fields).length > 0 ? { fields } : undefined
}

function mapNode(node: Node, value: unknown, change: BsonChange): unknown {
  if (value === undefined || value === null) return value
  if ('leaf' in node) return change[node.leaf](value)
  if ('items' in node) {
    return Array.isArray(value) ? value.map((item) => mapNode(node.items, item, change)) : value
  }
  if (typeof value !== 'object') return value
  const mapped: Record<string, unknown> = { ...value }
  for (const [name, child] of Object.entries(node.fields)) {
    if (Object.hasOwn(mapped, name)) mapped[name] = mapNode(child, mapped[name], change)
  }
  return mapped
}

function pathsOf(node: Node, path: readonly string[]): BsonPath[] {
  if ('leaf' in node) return [{ path, bson: node.leaf }]
  if ('items' in node) return pathsOf(node.items, [...path, '[]'])
  return Object.entries(node.fields).flatMap(([name, child]) => pathsOf(child, [...path, name]))
}
