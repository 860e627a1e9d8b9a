import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import {
  email,
  epochMs,
  lines,
  listOf,
  object,
  objectId,
  oneOf,
  optional,
  personalText,
  phone,
  rating,
  text,
} from './fields.ts'

export const vendorStatuses = ['Active', 'Inactive'] as const
export type VendorStatus = (typeof vendorStatuses)[number]

export const vendorsCollection = defineCollection({
  name: 'vendors',
  version: 0,
  fields: {
    name: text(120, { minLength: 1 }),
    contactPerson: optional(personalText(120)),
    phone: phone(),
    email: optional(email()),
    address: optional(lines(400, { personal: true })),
    /** What they do: Plumbing, Electrical, ... */
    services: listOf(text(60, { minLength: 1 }), 50),
    rating: optional(rating()),
    reviews: optional(
      listOf(
        object({ userId: objectId(), rating: rating(), comment: optional(lines(1000)), date: epochMs() }),
        500,
      ),
    ),
    contractStartDate: optional(epochMs()),
    contractEndDate: optional(epochMs()),
    status: oneOf(vendorStatuses),
  },
  mongoIndexes: [{ keys: { societyId: 1, status: 1, services: 1 } }, { keys: { societyId: 1, phone: 1 } }],
})
export type Vendor = DocumentOf<typeof vendorsCollection>
