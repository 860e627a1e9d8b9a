import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { integer, optional, text } from './fields.ts'

export const blocksCollection = defineCollection({
  name: 'blocks',
  version: 0,
  fields: {
    name: text(60, { minLength: 1 }),
    floors: optional(integer(0, 200)),
  },
  mongoIndexes: [{ keys: { societyId: 1, name: 1 }, unique: true }],
})
export type Block = DocumentOf<typeof blocksCollection>
