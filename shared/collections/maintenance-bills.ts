import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, listOf, object, objectId, oneOf, optional, paise, text } from './fields.ts'
import { paymentMethods } from './payments.ts'

export const billStatuses = ['Generated', 'Sent', 'PartiallyPaid', 'Paid', 'Overdue'] as const
export type BillStatus = (typeof billStatuses)[number]

export const reminderTypes = ['SMS', 'Email', 'Push'] as const
export type ReminderType = (typeof reminderTypes)[number]

export const maintenanceBillsCollection = defineCollection({
  name: 'maintenanceBills',
  version: 0,
  fields: {
    flatId: objectId(),
    residentId: optional(objectId()),
    billPeriod: object({ from: epochMs(), to: epochMs() }),
    dueDate: epochMs(),
    billingDate: epochMs(),
    maintenancePlanId: objectId(),
    lineItems: listOf(
      object({
        componentName: text(120, { minLength: 1 }),
        amount: paise(),
        description: optional(text(200)),
      }),
      100,
    ),
    totalAmount: paise(),
    discount: optional(paise()),
    tax: optional(paise()),
    grandTotal: paise(),
    status: oneOf(billStatuses),
    paymentDate: optional(epochMs()),
    paymentMethod: optional(oneOf(paymentMethods)),
    transactionId: optional(text(120)),
    reminders: optional(listOf(object({ date: epochMs(), type: oneOf(reminderTypes) }), 100)),
  },
  mongoIndexes: [
    { keys: { societyId: 1, residentId: 1, dueDate: 1 } },
    { keys: { societyId: 1, status: 1, dueDate: 1 } },
    // Once for each flat and period, however often the run is repeated.
    { keys: { societyId: 1, flatId: 1, maintenancePlanId: 1, 'billPeriod.from': 1 }, unique: true },
  ],
})
export type MaintenanceBill = DocumentOf<typeof maintenanceBillsCollection>
