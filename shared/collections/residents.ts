import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import {
  email,
  epochMs,
  listOf,
  object,
  objectId,
  oneOf,
  optional,
  personalText,
  phone,
  text,
} from './fields.ts'
import { vehicleTypes } from './visitor-entries.ts'

export const residentTypes = ['Owner', 'Tenant'] as const
export type ResidentType = (typeof residentTypes)[number]

export const residentStatuses = ['Active', 'Inactive', 'MovedOut'] as const
export type ResidentStatus = (typeof residentStatuses)[number]

export const residentsCollection = defineCollection({
  name: 'residents',
  version: 0,
  fields: {
    flatId: objectId(),
    userId: optional(objectId()),
    residentType: oneOf(residentTypes),
    name: personalText(120, { minLength: 1 }),
    phone: phone(),
    email: optional(email()),
    emergencyContacts: optional(
      listOf(
        object({
          name: personalText(120, { minLength: 1 }),
          phone: phone(),
          relationship: optional(text(40)),
        }),
        10,
      ),
    ),
    vehicles: optional(
      listOf(
        object({
          registrationNumber: personalText(20, { minLength: 1 }),
          type: oneOf(vehicleTypes),
          parkingSlot: optional(text(20)),
        }),
        20,
      ),
    ),
    status: oneOf(residentStatuses),
    moveInDate: optional(epochMs()),
    moveOutDate: optional(epochMs()),
  },
  mongoIndexes: [
    { keys: { societyId: 1, flatId: 1 } },
    { keys: { societyId: 1, phone: 1 } },
    { keys: { societyId: 1, userId: 1 }, onlyWith: 'userId' },
    { keys: { societyId: 1, status: 1, flatId: 1 } },
  ],
  kiosk: {
    indexes: [['flatId']],
    encrypted: ['name', 'phone', 'vehicles'],
    writes: 'none',
    serverOwned: [],
    withheld: ['email', 'emergencyContacts'],
    merge: [],
  },
})
export type Resident = DocumentOf<typeof residentsCollection>
