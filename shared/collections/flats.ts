import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { integer, objectId, oneOf, optional, text } from './fields.ts'

export const flatTypes = [
  '1RK',
  '1BHK',
  '2BHK',
  '3BHK',
  '4BHK',
  '5BHK',
  'Penthouse',
  'Villa',
  'Shop',
  'Other',
] as const
export type FlatType = (typeof flatTypes)[number]

export const flatsCollection = defineCollection({
  name: 'flats',
  version: 0,
  fields: {
    blockId: objectId(),
    flatNumber: text(20, { minLength: 1 }),
    floor: optional(integer(-10, 200)),
    type: optional(oneOf(flatTypes)),
    /** Square feet. */
    area: optional(integer(1, 1_000_000)),
  },
  mongoIndexes: [{ keys: { societyId: 1, blockId: 1, flatNumber: 1 }, unique: true }],
  kiosk: {
    indexes: [],
    encrypted: [],
    writes: 'none',
    serverOwned: [],
    withheld: [],
    merge: [],
  },
})
export type Flat = DocumentOf<typeof flatsCollection>
