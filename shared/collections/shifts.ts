/** A guard's time at a desk, handed over with what is open. */
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, hexId, integer, objectId, oneOf, optional, personalLines } from './fields.ts'

export const shiftStates = ['Open', 'HandedOver', 'Closed'] as const
export type ShiftState = (typeof shiftStates)[number]

export const shiftsCollection = defineCollection({
  name: 'shifts',
  version: 0,
  fields: {
    guardId: objectId(),
    gateId: objectId(),
    deviceId: hexId(),
    state: oneOf(shiftStates),
    startedAt: epochMs(),
    endedAt: optional(epochMs()),
    handedOverTo: optional(objectId()),
    /** What was open at the handover. */
    visitsInside: optional(integer(0, 1_000_000)),
    parcelsAtGate: optional(integer(0, 1_000_000)),
    unsyncedRecords: optional(integer(0, 100_000_000)),
    notes: optional(personalLines(2000)),
    deviceTime: epochMs(),
    serverTime: optional(epochMs()),
  },
  mongoIndexes: [
    { keys: { societyId: 1, guardId: 1, startedAt: -1 } },
    { keys: { societyId: 1, state: 1, gateId: 1 } },
  ],
})
export type Shift = DocumentOf<typeof shiftsCollection>
