import Type from 'typebox'
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { boolean, email, integer, object, optional, personalText, phone, text } from './fields.ts'
import { entryTypes } from './visitor-entries.ts'
import type { EntryType } from './visitor-entries.ts'

const minutes = () => optional(integer(1, 10_080))

/** Minutes inside after which a visit of a kind is overdue; a kind without a figure is never overdue. */
export const overstayMinutesSchema = Type.Unsafe<Partial<Record<EntryType, number>>>(
  object(Object.fromEntries(entryTypes.map((entryType) => [entryType, minutes()]))),
)

export const defaultTimeZone = 'Asia/Kolkata'

/** A society's `societyId` is its own `_id`, so that every collection can shard by society. */
export const societiesCollection = defineCollection({
  name: 'societies',
  version: 0,
  fields: {
    name: text(120, { minLength: 1 }),
    address: optional(
      object({
        street: optional(text(200)),
        city: optional(text(80)),
        state: optional(text(80)),
        pincode: optional(text(12)),
        country: optional(text(80)),
      }),
    ),
    contact: optional(object({ phone: optional(phone()), email: optional(email()) })),
    admin: optional(
      object({ name: optional(personalText(120)), phone: optional(phone()), email: optional(email()) }),
    ),
    /** IANA name; a day is a day in this zone. */
    timeZone: text(64, { minLength: 1 }),
    settings: optional(
      object({
        asksTemperature: optional(boolean()),
        asksMask: optional(boolean()),
        overstayMinutes: optional(overstayMinutesSchema),
        /** At least one year is kept. */
        retentionDays: optional(integer(365, 36_500)),
      }),
    ),
  },
  mongoIndexes: [{ keys: { societyId: 1 }, unique: true }, { keys: { societyId: 1, name: 1 } }],
})
export type Society = DocumentOf<typeof societiesCollection>
