import { collections } from '@chowki/shared/collections/registry.ts'
import type { CollectionDefinition } from '@chowki/shared/collections/define-collection.ts'
import { bsonPaths, mapBsonPaths } from '@chowki/shared/projections/bson-paths.ts'
import { sampleDocument } from '@chowki/shared/test-data/sample-document.ts'
import fc from 'fast-check'
import { ObjectId } from 'mongodb'
import { expect, test } from 'vitest'
import { createDocumentCodec } from './document-codec.ts'

const definitions: readonly CollectionDefinition[] = Object.values(collections)

test.each(definitions.map((definition) => [definition.name, definition] as const))(
  'STORE-9 %s: a document survives the way to BSON and back',
  (_name, definition) => {
    const codec = createDocumentCodec(bsonPaths(definition))
    fc.assert(
      fc.property(sampleDocument(definition), (document) => {
        const stored = codec.toBson(document)
        expect(codec.toWire({ ...stored, _seq: 7, _deleted: false })).toEqual(document)
        const asProjected = mapBsonPaths(definition, document, {
          objectId: (value) => new ObjectId(String(value)),
          date: (value) => new Date(Number(value)),
        })
        expect(stored).toEqual(asProjected)
      }),
      { numRuns: 50 },
    )
  },
)
