/** A supervisor's correction is a record of its own beside the corrected one: nothing is overwritten. */
import Type from 'typebox'
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, objectId, optional, personalLines, text } from './fields.ts'

/** Values of any field, before and after, as JSON. */
const jsonText = () => Type.String({ maxLength: 20_000, personal: true } as const)

export const correctionsCollection = defineCollection({
  name: 'corrections',
  version: 0,
  fields: {
    collection: text(64, { minLength: 1 }),
    documentId: objectId(),
    field: text(120, { minLength: 1 }),
    before: optional(jsonText()),
    after: optional(jsonText()),
    reason: personalLines(1000),
    correctedBy: objectId(),
    correctedAt: epochMs(),
  },
  mongoIndexes: [
    { keys: { societyId: 1, collection: 1, documentId: 1, correctedAt: 1 } },
    { keys: { societyId: 1, correctedBy: 1, correctedAt: -1 } },
  ],
})
export type Correction = DocumentOf<typeof correctionsCollection>
