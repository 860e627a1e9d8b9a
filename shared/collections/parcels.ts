/** Left at the gate for a flat. */
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, hexId, objectId, oneOf, optional, personalLines, personalText, text } from './fields.ts'

export const parcelStates = ['AtGate', 'Collected', 'Returned'] as const
export type ParcelState = (typeof parcelStates)[number]

export const parcelsCollection = defineCollection({
  name: 'parcels',
  version: 0,
  fields: {
    flatId: objectId(),
    residentId: optional(objectId()),
    visitorEntryId: optional(objectId()),
    courier: optional(text(80)),
    description: optional(text(200)),
    photo: optional(hexId()),
    state: oneOf(parcelStates),
    receivedAt: epochMs(),
    receivedBy: objectId(),
    gateId: objectId(),
    deviceId: hexId(),
    deviceTime: epochMs(),
    serverTime: optional(epochMs()),
    collectedAt: optional(epochMs()),
    collectedByName: optional(personalText(120)),
    handedOverBy: optional(objectId()),
    notes: optional(personalLines(1000)),
  },
  mongoIndexes: [
    { keys: { societyId: 1, state: 1, receivedAt: -1 } },
    { keys: { societyId: 1, flatId: 1, state: 1 } },
  ],
})
export type Parcel = DocumentOf<typeof parcelsCollection>
