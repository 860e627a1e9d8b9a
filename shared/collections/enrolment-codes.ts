/** One-time codes by which a kiosk joins a society; on the server only. `_id` is the code's hash: the code is nowhere. */
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, hexId, object, objectId, optional, sha256Hex, text } from './fields.ts'

/** A used or stale code is told apart from an unknown one for this long. */
const keptAfterExpirySeconds = 30 * 24 * 60 * 60

export const enrolmentCodesCollection = defineCollection({
  name: 'enrolmentCodes',
  version: 0,
  id: sha256Hex(),
  fields: {
    gateId: objectId(),
    deviceName: text(80, { minLength: 1 }),
    expiresAt: epochMs(),
    issuedBy: optional(text(64)),
    /** Set together when the code has enrolled a device. */
    usedBy: optional(object({ deviceId: hexId(), secretHash: sha256Hex() })),
    usedAt: optional(epochMs()),
  },
  mongoIndexes: [
    { keys: { societyId: 1, createdAt: -1 } },
    { keys: { expiresAt: 1 }, expireAfterSeconds: keptAfterExpirySeconds },
  ],
})
export type EnrolmentCode = DocumentOf<typeof enrolmentCodesCollection>
