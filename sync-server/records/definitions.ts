import type { CollectionDefinition, DocumentOf } from '@chowki/shared/collections/define-collection.ts'
import { collections, serverOnlyCollections } from '@chowki/shared/collections/registry.ts'

type Definitions = typeof collections & typeof serverOnlyCollections

export type RecordName = keyof Definitions
export type RecordOf<N extends RecordName> = DocumentOf<Definitions[N]>

const definitions: Readonly<Record<string, CollectionDefinition>> = {
  ...collections,
  ...serverOnlyCollections,
}

export function definitionOf(collection: string): CollectionDefinition {
  const found = Object.hasOwn(definitions, collection) ? definitions[collection] : undefined
  if (!found) throw new Error(`no such collection: ${collection}`)
  return found
}
