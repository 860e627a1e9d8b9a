import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import {
  epochMs,
  integer,
  listOf,
  object,
  objectId,
  oneOf,
  optional,
  passCode,
  personalText,
  phone,
} from './fields.ts'
import { entryTypes, flatsPerVisitMax } from './visitor-entries.ts'

export const recurrenceTypes = ['Daily', 'Weekly', 'Monthly'] as const
export type RecurrenceType = (typeof recurrenceTypes)[number]

export const weekdays = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const
export type Weekday = (typeof weekdays)[number]

export const preApprovalStatuses = ['Active', 'Inactive'] as const
export type PreApprovalStatus = (typeof preApprovalStatuses)[number]

export const preApprovalsCollection = defineCollection({
  name: 'preApprovals',
  version: 0,
  fields: {
    residentId: objectId(),
    flatId: objectId(),
    /** All flats of the pass, where it is for several (a daily help's). */
    flatIds: optional(listOf(objectId(), flatsPerVisitMax, 1)),
    visitorId: optional(objectId()),
    visitorName: personalText(120, { minLength: 1 }),
    visitorPhone: optional(phone()),
    entryType: oneOf(entryTypes),
    passCode: passCode(),
    validFrom: epochMs(),
    validTo: epochMs(),
    recurrence: optional(
      object({
        type: oneOf(recurrenceTypes),
        /** For a weekly recurrence. */
        days: optional(listOf(oneOf(weekdays), 7)),
      }),
    ),
    /** Uses allowed; without it, as many as the window holds. */
    maxEntries: optional(integer(1, 100_000)),
    status: oneOf(preApprovalStatuses),
  },
  mongoIndexes: [
    { keys: { societyId: 1, passCode: 1, status: 1 } },
    { keys: { societyId: 1, flatId: 1, status: 1 } },
    { keys: { societyId: 1, residentId: 1, status: 1 } },
    { keys: { societyId: 1, status: 1, validTo: 1 } },
    { keys: { societyId: 1, visitorPhone: 1 }, onlyWith: 'visitorPhone' },
  ],
  kiosk: {
    indexes: [['passCode'], ['status', 'validTo']],
    encrypted: ['visitorName', 'visitorPhone'],
    writes: 'none',
    serverOwned: [],
    withheld: [],
    merge: [],
  },
})
export type PreApproval = DocumentOf<typeof preApprovalsCollection>
