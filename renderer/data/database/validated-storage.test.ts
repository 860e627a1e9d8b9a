import { fillWithDefaultSettings } from 'rxdb'
import type { RxDocumentData, RxJsonSchema } from 'rxdb'
import { getValidator } from 'rxdb/plugins/validate-z-schema'
import { describe, expect, it } from 'vitest'
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import { toRxdbSchema } from '@chowki/shared/projections/to-rxdb-schema.ts'
import { entry, start } from '../test-desk/sample-documents.ts'
import { contentChecker } from './validated-storage.ts'

type Row = { readonly _id: string }
const schemaOf = (definition: (typeof kioskCollections)[number]): RxJsonSchema<RxDocumentData<Row>> =>
  fillWithDefaultSettings(toRxdbSchema(definition) as unknown as RxJsonSchema<Row>)

const visits = kioskCollections.find(({ name }) => name === 'visitorEntries')
if (visits === undefined) throw new Error('no kiosk holds visits')
const schema = schemaOf(visits)
const stored = {
  ...entry(1, 'a'.repeat(24), start),
  _rev: '1-a',
  _deleted: false,
  _meta: { lwt: start + 0.01 },
  _attachments: {},
}
const without = (name: string): object =>
  Object.fromEntries(Object.entries(stored).filter(([key]) => key !== name))

describe('the first judge of a write', () => {
  it.each(kioskCollections.map((definition) => [definition.name, definition] as const))(
    'knows all words of the schema of %s',
    (_name, definition) => {
      expect(contentChecker(schemaOf(definition))).not.toBeNull()
    },
  )

  it('passes a visit in order', () => {
    expect(contentChecker(schema)?.(stored)).toBe(true)
    expect(getValidator(schema)(stored as never)).toEqual([])
  })

  it.each([
    ['a wrong type', { ...stored, entryType: 7 }],
    ['an unknown word', { ...stored, state: 'Lost' }],
    ['an unknown field', { ...stored, more: 1 }],
    ['an id that is none', { ...stored, visitorId: 'nobody' }],
    ['no flat', { ...stored, flatIds: [] }],
    ['a time of 1970', { ...stored, entryDateTime: 5 }],
    ['half a millisecond', { ...stored, entryDateTime: start + 0.5 }],
    ['a missing field', without('visitorId')],
    ['no revision', without('_rev')],
    ['a revision that is no text', { ...stored, _rev: 1 }],
    ['no time of writing', { ...stored, _meta: {} }],
    ['a time of writing that is text', { ...stored, _meta: { lwt: 'now' } }],
    ['a mark of deletion that is text', { ...stored, _deleted: 'no' }],
  ])('passes nothing that RxDB’s validator refuses: %s', (_title, document) => {
    expect(getValidator(schema)(document as never)).not.toEqual([])
    expect(contentChecker(schema)?.(document)).toBe(false)
  })
})
