/**
 * A collection outside replication, through its shared schema: rows are written and asked for in the wire form that
 * the schema types, and MongoDB's validator, projected from the same schema, judges what was made of it.
 */
import type { CollectionDefinition, DocumentOf } from '@chowki/shared/collections/define-collection.ts'
import { bsonPaths } from '@chowki/shared/projections/bson-paths.ts'
import type { Collection, Db, Document, OptionalUnlessRequiredId } from 'mongodb'
import { createDocumentCodec } from './document-codec.ts'

export interface TypedRows<Wire> {
  readonly rows: Collection
  /** A whole document for an insert. */
  readonly toRow: (document: Wire) => OptionalUnlessRequiredId<Document>
  /** Some fields, for a filter or a `$set`. */
  readonly fields: (some: Partial<Wire>) => Record<string, unknown>
  readonly toWire: (row: Document) => Wire
}

export function openTypedRows<C extends CollectionDefinition>(
  database: Db,
  definition: C,
): TypedRows<DocumentOf<C>> {
  const codec = createDocumentCodec(bsonPaths(definition))
  const fields = (some: Readonly<Record<string, unknown>>) => codec.toBson(some)
  return {
    rows: database.collection(definition.name),
    toRow: (document) => fields(document as Record<string, unknown>),
    fields: (some) => fields(some as Record<string, unknown>),
    toWire: (row) => codec.toWire(row) as DocumentOf<C>,
  }
}
