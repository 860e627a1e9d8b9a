import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { email, epochMs, oneOf, optional, paise, personalLines, personalText, phone } from './fields.ts'

export const staffRoles = [
  'Guard',
  'Cleaner',
  'Plumber',
  'Electrician',
  'Gardener',
  'LiftOperator',
  'Manager',
  'Other',
] as const
export type StaffRole = (typeof staffRoles)[number]

export const staffStatuses = ['Active', 'Inactive'] as const
export type StaffStatus = (typeof staffStatuses)[number]

export const staffCollection = defineCollection({
  name: 'staff',
  version: 0,
  fields: {
    name: personalText(120, { minLength: 1 }),
    role: oneOf(staffRoles),
    phone: phone(),
    email: optional(email()),
    address: optional(personalLines(400)),
    joiningDate: optional(epochMs()),
    /** For each month. */
    salary: optional(paise()),
    status: oneOf(staffStatuses),
  },
  mongoIndexes: [{ keys: { societyId: 1, role: 1, status: 1 } }, { keys: { societyId: 1, phone: 1 } }],
})
export type StaffMember = DocumentOf<typeof staffCollection>
