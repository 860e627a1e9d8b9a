/** People and vehicles whom the society bars; small, so that a kiosk judges it in memory. */
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { boolean, epochMs, objectId, optional, personalText, phone } from './fields.ts'

export const watchlistCollection = defineCollection({
  name: 'watchlist',
  version: 0,
  fields: {
    name: optional(personalText(120, { minLength: 1 })),
    phone: optional(phone()),
    vehicleNumber: optional(personalText(20, { minLength: 1 })),
    visitorId: optional(objectId()),
    reason: personalText(200, { minLength: 1 }),
    addedBy: optional(objectId()),
    isActive: boolean(),
    validTo: optional(epochMs()),
  },
  mongoIndexes: [
    { keys: { societyId: 1, isActive: 1 } },
    { keys: { societyId: 1, phone: 1 }, onlyWith: 'phone' },
    { keys: { societyId: 1, vehicleNumber: 1 }, onlyWith: 'vehicleNumber' },
  ],
  kiosk: {
    indexes: [],
    encrypted: ['name', 'phone', 'vehicleNumber', 'reason'],
    writes: 'none',
    serverOwned: [],
    withheld: [],
    merge: [],
  },
})
export type WatchlistRow = DocumentOf<typeof watchlistCollection>
