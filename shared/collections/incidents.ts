import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, hexId, listOf, objectId, oneOf, optional, personalLines } from './fields.ts'

export const incidentKinds = [
  'SOS',
  'Fire',
  'Medical',
  'Theft',
  'Fight',
  'Accident',
  'Damage',
  'Other',
] as const
export type IncidentKind = (typeof incidentKinds)[number]

export const incidentStates = ['Raised', 'Acknowledged', 'Closed'] as const
export type IncidentState = (typeof incidentStates)[number]

export const incidentsCollection = defineCollection({
  name: 'incidents',
  version: 0,
  fields: {
    kind: oneOf(incidentKinds),
    state: oneOf(incidentStates),
    raisedAt: epochMs(),
    raisedBy: objectId(),
    gateId: objectId(),
    deviceId: hexId(),
    deviceTime: epochMs(),
    serverTime: optional(epochMs()),
    flatId: optional(objectId()),
    visitorEntryId: optional(objectId()),
    description: optional(personalLines(4000)),
    photos: optional(listOf(hexId(), 20)),
    acknowledgedAt: optional(epochMs()),
    acknowledgedBy: optional(objectId()),
    closedAt: optional(epochMs()),
    closedBy: optional(objectId()),
  },
  mongoIndexes: [
    { keys: { societyId: 1, state: 1, raisedAt: -1 } },
    { keys: { societyId: 1, raisedAt: -1 } },
  ],
})
export type Incident = DocumentOf<typeof incidentsCollection>
