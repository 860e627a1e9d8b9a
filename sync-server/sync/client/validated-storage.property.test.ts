import fc from 'fast-check'
import { createRxDatabase, fillWithDefaultSettings } from 'rxdb'
import type { RxDocumentData, RxJsonSchema } from 'rxdb'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { getValidator } from 'rxdb/plugins/validate-z-schema'
import { afterEach, describe, expect, test } from 'vitest'
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import { toRxdbSchema } from '@chowki/shared/projections/to-rxdb-schema.ts'
import { sampleDocument } from '@chowki/shared/test-data/sample-document.ts'
import { spoiled } from '@chowki/shared/test-data/spoiled-document.ts'
import { noteSchema } from '../../testing/replica/test-replica.ts'
import { createDocumentJudge, validatedStorage } from './validated-storage.ts'

type Document = Record<string, unknown>

const asWritten = { _deleted: false, _rev: '1-a', _meta: { lwt: 1_700_000_000_000.01 }, _attachments: {} }

/** The plugin takes it for some fields and not for others. */
const hasUndefined = (value: unknown): boolean =>
  value === undefined ||
  (typeof value === 'object' && value !== null && Object.values(value).some(hasUndefined))

describe.each(kioskCollections.map((definition) => [definition.name, definition] as const))(
  '%s',
  (_name, definition) => {
    const schema = fillWithDefaultSettings(toRxdbSchema(definition) as unknown as RxJsonSchema<Document>)
    const zSchema = getValidator(schema)
    const judge = createDocumentJudge(schema)
    const held = sampleDocument(definition).map((document) =>
      Object.fromEntries(Object.entries(document).filter(([name]) => name in schema.properties)),
    )

    test('property: a document is refused exactly where RxDB’s own z-schema plugin refuses it, or a field is undefined', () => {
      fc.assert(
        fc.property(fc.oneof(held, spoiled(held)), (fields) => {
          const document = { ...fields, ...asWritten }
          const isGood = zSchema(document as RxDocumentData<Document>).length === 0 && !hasUndefined(fields)
          expect(judge(document).length === 0).toBe(isGood)
        }),
        { numRuns: 60 },
      )
    })
  },
)

describe('a database on it', () => {
  const closing: (() => Promise<unknown>)[] = []
  afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

  async function openNotes() {
    const storage = validatedStorage({ storage: getRxStorageMemory() })
    const database = await createRxDatabase({
      name: `judged-${Date.now()}`,
      storage,
      multiInstance: false,
    })
    closing.push(() => database.close())
    const { notes } = await database.addCollections({ notes: { schema: noteSchema as never } })
    return notes
  }

  const note = { _id: 'n1', ownerId: 'o1', updatedAt: 1, text: 'for flat 12' }

  test('a bad document is refused by code, field and rule, without its content; its neighbour is kept', async () => {
    const notes = await openNotes()
    const bad = { ...note, _id: 'n2', text: 'a secret', updatedAt: 'a secret too' }
    const { success, error } = await notes.bulkInsert([note, bad])
    expect(success.map((document) => document.primary)).toEqual(['n1'])
    const [refused] = error as { status: number; validationErrors: object[] }[]
    expect(refused).toMatchObject({ status: 422, documentId: 'n2' })
    expect(refused?.validationErrors).toEqual([{ field: 'updatedAt', message: 'must be of type number' }])
    await expect(notes.insert(bad)).rejects.toMatchObject({ code: 'VD2' })
  })

  test('a field that is undefined is named with its path', async () => {
    const notes = await openNotes()
    const { error } = await notes.bulkInsert([{ ...note, tags: ['a', undefined] }])
    const [refused] = error as { validationErrors: object[] }[]
    expect(refused?.validationErrors).toEqual([{ field: 'tags/1', message: 'is undefined: leave it out' }])
  })
})
