import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, hexId, integer, objectId, optional, personalLines } from './fields.ts'

export const patrolLogsCollection = defineCollection({
  name: 'patrolLogs',
  version: 0,
  fields: {
    routeId: objectId(),
    guardId: objectId(),
    checkpointId: objectId(),
    timestamp: epochMs(),
    /** Id of a photo. */
    photo: optional(hexId()),
    notes: optional(personalLines(1000)),
    gateId: optional(objectId()),
    deviceId: hexId(),
    /** By the kiosk's clock when the record was made. */
    deviceTime: epochMs(),
    /** By the server's clock when the record first arrived. */
    serverTime: optional(epochMs()),
    /** Kiosk's clock minus server's clock at that arrival. */
    timeDriftMs: optional(integer(-4_102_444_800_000, 4_102_444_800_000)),
  },
  mongoIndexes: [
    { keys: { societyId: 1, routeId: 1, timestamp: -1 } },
    { keys: { societyId: 1, guardId: 1, timestamp: -1 } },
    { keys: { societyId: 1, timestamp: -1 } },
  ],
  kiosk: {
    indexes: [['timestamp'], ['routeId', 'timestamp']],
    encrypted: ['notes'],
    writes: 'own',
    serverOwned: ['serverTime', 'timeDriftMs'],
    withheld: [],
    merge: [{ fields: ['notes'], rule: 'joinText' }],
  },
})
export type PatrolLog = DocumentOf<typeof patrolLogsCollection>
