import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { integer, lines, listOf, oneOf, optional, paise, text } from './fields.ts'

export const amenityTypes = [
  'Clubhouse',
  'Gym',
  'SwimmingPool',
  'TennisCourt',
  'BadmintonCourt',
  'PartyHall',
  'Garden',
  'Other',
] as const
export type AmenityType = (typeof amenityTypes)[number]

export const amenityStatuses = ['Available', 'Maintenance', 'Unavailable'] as const
export type AmenityStatus = (typeof amenityStatuses)[number]

export const amenitiesCollection = defineCollection({
  name: 'amenities',
  version: 0,
  fields: {
    name: text(120, { minLength: 1 }),
    description: optional(lines(2000)),
    type: oneOf(amenityTypes),
    /** People at one time. */
    capacity: integer(1, 100_000),
    rules: optional(listOf(text(400, { minLength: 1 }), 100)),
    /** Ids of photos, or addresses. */
    photos: optional(listOf(text(2048, { minLength: 1 }), 20)),
    bookingFee: optional(paise()),
    status: oneOf(amenityStatuses),
  },
  mongoIndexes: [
    { keys: { societyId: 1, name: 1 }, unique: true },
    { keys: { societyId: 1, status: 1, type: 1 } },
  ],
})
export type Amenity = DocumentOf<typeof amenitiesCollection>
