/** What proves a kiosk, apart from `guardDevices`; on the server only. `_id` and `deviceId` are the device's. */
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { hexId, sha256Hex } from './fields.ts'

export const deviceSecretsCollection = defineCollection({
  name: 'deviceSecrets',
  version: 0,
  fields: {
    deviceId: hexId(),
    /** Of the secret that the kiosk made. */
    secretHash: sha256Hex(),
  },
  mongoIndexes: [{ keys: { societyId: 1, deviceId: 1 }, unique: true }],
})
export type DeviceSecret = DocumentOf<typeof deviceSecretsCollection>
