import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { integer, listOf, number, object, objectId, oneOf, optional, text } from './fields.ts'

export const patrolFrequencies = [
  'Hourly',
  'Every2Hours',
  'Every3Hours',
  'Every4Hours',
  'Every6Hours',
  'Every8Hours',
  'Every12Hours',
  'Daily',
] as const
export type PatrolFrequency = (typeof patrolFrequencies)[number]

export const patrolRoutesCollection = defineCollection({
  name: 'patrolRoutes',
  version: 0,
  fields: {
    name: text(120, { minLength: 1 }),
    checkpoints: listOf(
      object({
        _id: objectId(),
        name: text(120, { minLength: 1 }),
        location: optional(object({ latitude: number(-90, 90), longitude: number(-180, 180) })),
        order: integer(0, 1000),
      }),
      200,
    ),
    frequency: oneOf(patrolFrequencies),
    assignedGuards: listOf(objectId(), 200),
  },
  mongoIndexes: [
    { keys: { societyId: 1, name: 1 }, unique: true },
    { keys: { societyId: 1, assignedGuards: 1 } },
  ],
  kiosk: {
    indexes: [],
    encrypted: [],
    writes: 'none',
    serverOwned: [],
    withheld: [],
    merge: [],
  },
})
export type PatrolRoute = DocumentOf<typeof patrolRoutesCollection>
