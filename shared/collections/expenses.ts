import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, lines, objectId, oneOf, optional, paise, text } from './fields.ts'
import { paymentMethods } from './payments.ts'

export const expenseCategories = [
  'Salary',
  'Maintenance',
  'Utilities',
  'Security',
  'Repairs',
  'Insurance',
  'Taxes',
  'Events',
  'Other',
] as const
export type ExpenseCategory = (typeof expenseCategories)[number]

export const expensesCollection = defineCollection({
  name: 'expenses',
  version: 0,
  fields: {
    category: oneOf(expenseCategories),
    description: optional(lines(1000)),
    amount: paise(),
    date: epochMs(),
    paidTo: text(120, { minLength: 1 }),
    paymentMethod: optional(oneOf(paymentMethods)),
    transactionId: optional(text(120)),
    /** Address of the receipt. */
    receipt: optional(text(2048)),
    approvedBy: optional(objectId()),
    approvedDate: optional(epochMs()),
  },
  mongoIndexes: [{ keys: { societyId: 1, date: -1 } }, { keys: { societyId: 1, category: 1, date: -1 } }],
})
export type Expense = DocumentOf<typeof expensesCollection>
