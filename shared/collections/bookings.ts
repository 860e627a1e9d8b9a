import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, integer, objectId, oneOf, optional, paise, text } from './fields.ts'

export const bookingStatuses = ['Requested', 'Approved', 'Rejected', 'Cancelled', 'Completed'] as const
export type BookingStatus = (typeof bookingStatuses)[number]

export const bookingPaymentStatuses = ['Pending', 'Paid', 'Refunded'] as const
export type BookingPaymentStatus = (typeof bookingPaymentStatuses)[number]

export const bookingsCollection = defineCollection({
  name: 'bookings',
  version: 0,
  fields: {
    amenityId: objectId(),
    residentId: objectId(),
    flatId: objectId(),
    /** Midnight of the day in the society's time zone. */
    bookingDate: epochMs(),
    startTime: epochMs(),
    endTime: epochMs(),
    status: oneOf(bookingStatuses),
    approvedBy: optional(objectId()),
    approvedAt: optional(epochMs()),
    paymentStatus: optional(oneOf(bookingPaymentStatuses)),
    transactionId: optional(text(120)),
    bookingFee: optional(paise()),
    numberOfPeople: optional(integer(1, 100_000)),
    purpose: optional(text(200)),
  },
  mongoIndexes: [
    { keys: { societyId: 1, amenityId: 1, bookingDate: 1, status: 1 } },
    { keys: { societyId: 1, residentId: 1, startTime: -1 } },
    { keys: { societyId: 1, flatId: 1, startTime: -1 } },
  ],
})
export type Booking = DocumentOf<typeof bookingsCollection>
