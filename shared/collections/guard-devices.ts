/**
 * The kiosks. What a desk reports of itself lies here, for the supervisors' board (P4); what proves a desk does not,
 * so that who lists devices holds no hash of a secret.
 */
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, hexId, integer, objectId, oneOf, optional, text } from './fields.ts'

export const deviceStatuses = ['Active', 'Inactive', 'Maintenance'] as const
export type DeviceStatus = (typeof deviceStatuses)[number]

export const guardDevicesCollection = defineCollection({
  name: 'guardDevices',
  version: 0,
  fields: {
    deviceId: hexId(),
    deviceName: text(80, { minLength: 1 }),
    /** Where it stands, as people say it: MainGate, Tower, Clubhouse, ... */
    location: optional(text(60)),
    status: oneOf(deviceStatuses),
    lastActive: optional(epochMs()),
    gateId: objectId(),
    appVersion: optional(text(40)),
    /** Records and photos that had not reached the server at the last report. */
    unsyncedRecords: optional(integer(0, 100_000_000)),
    unsyncedPhotos: optional(integer(0, 100_000_000)),
    oldestUnsyncedAt: optional(epochMs()),
    /** Server's time when a record came that was made here; exact to five minutes. */
    lastRecordAt: optional(epochMs()),
    /** Its clock minus the server's, as it sent that record. */
    clockDriftMs: optional(integer(-4_102_444_800_000, 4_102_444_800_000)),
  },
  mongoIndexes: [
    { keys: { societyId: 1, deviceId: 1 }, unique: true },
    { keys: { societyId: 1, status: 1, lastActive: -1 } },
  ],
})
export type GuardDevice = DocumentOf<typeof guardDevicesCollection>
