import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, lines, listOf, object, oneOf, optional, paise, text } from './fields.ts'

export const billingCycles = ['Monthly', 'Quarterly', 'Half-Yearly', 'Yearly'] as const
export type BillingCycle = (typeof billingCycles)[number]

/** `PerSqFt`: the amount is for each square foot of the flat's area. */
export const planComponentTypes = ['Fixed', 'PerSqFt'] as const
export type PlanComponentType = (typeof planComponentTypes)[number]

export const planStatuses = ['Active', 'Inactive'] as const
export type PlanStatus = (typeof planStatuses)[number]

export const maintenancePlansCollection = defineCollection({
  name: 'maintenancePlans',
  version: 0,
  fields: {
    name: text(120, { minLength: 1 }),
    description: optional(lines(1000)),
    billingCycle: oneOf(billingCycles),
    components: listOf(
      object({ name: text(120, { minLength: 1 }), amount: paise(), type: oneOf(planComponentTypes) }),
      50,
      1,
    ),
    applicableFrom: epochMs(),
    applicableTo: optional(epochMs()),
    status: oneOf(planStatuses),
  },
  mongoIndexes: [{ keys: { societyId: 1, status: 1, applicableFrom: 1 } }],
})
export type MaintenancePlan = DocumentOf<typeof maintenancePlansCollection>
