import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { boolean, optional, text } from './fields.ts'

export const gatesCollection = defineCollection({
  name: 'gates',
  version: 0,
  fields: {
    name: text(60, { minLength: 1 }),
    location: optional(text(120)),
    isActive: boolean(),
  },
  mongoIndexes: [{ keys: { societyId: 1, name: 1 }, unique: true }],
})
export type Gate = DocumentOf<typeof gatesCollection>
