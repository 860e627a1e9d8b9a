import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, objectId, oneOf, optional, paise, text } from './fields.ts'

export const paymentMethods = ['UPI', 'Card', 'NetBanking', 'Cash', 'Cheque'] as const
export type PaymentMethod = (typeof paymentMethods)[number]

export const paymentStatuses = ['Success', 'Failed', 'Pending'] as const
export type PaymentStatus = (typeof paymentStatuses)[number]

export const paymentsCollection = defineCollection({
  name: 'payments',
  version: 0,
  fields: {
    residentId: objectId(),
    billId: objectId(),
    amount: paise(),
    paymentMethod: oneOf(paymentMethods),
    transactionId: optional(text(120, { minLength: 1 })),
    paymentDate: epochMs(),
    status: oneOf(paymentStatuses),
    receiptUrl: optional(text(2048)),
  },
  mongoIndexes: [
    { keys: { societyId: 1, billId: 1 } },
    { keys: { societyId: 1, residentId: 1, paymentDate: -1 } },
    { keys: { societyId: 1, status: 1, paymentDate: -1 } },
    // A gateway that reports twice has paid once.
    { keys: { societyId: 1, transactionId: 1, billId: 1 }, unique: true, onlyWith: 'transactionId' },
  ],
})
export type Payment = DocumentOf<typeof paymentsCollection>
