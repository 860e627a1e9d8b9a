/** People who sign in. A kiosk holds the guards and supervisors of its society, by name and PIN hash only. */
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { boolean, email, epochMs, oneOf, optional, personalText, phone, text } from './fields.ts'

export const userRoles = ['Resident', 'Admin', 'Guard', 'SuperAdmin', 'Supervisor'] as const
export type UserRole = (typeof userRoles)[number]

/** Who may sign in at a kiosk. */
export const kioskUserRoles = ['Guard', 'Supervisor'] as const satisfies readonly UserRole[]

/** PHC string of a memory-hard hash. */
const passwordHash = () => text(256, { minLength: 20, secret: true })

export const usersCollection = defineCollection({
  name: 'users',
  version: 0,
  fields: {
    name: personalText(120, { minLength: 1 }),
    phoneNumber: phone(),
    email: optional(email()),
    password: optional(passwordHash()),
    pinHash: optional(passwordHash()),
    role: oneOf(userRoles),
    fcmToken: optional(text(512, { secret: true })),
    isActive: boolean(),
    lastLogin: optional(epochMs()),
  },
  mongoIndexes: [
    { keys: { societyId: 1, phoneNumber: 1 }, unique: true },
    { keys: { societyId: 1, email: 1 }, onlyWith: 'email' },
    { keys: { societyId: 1, role: 1, isActive: 1 } },
  ],
  kiosk: {
    indexes: [],
    encrypted: ['name', 'pinHash'],
    writes: 'none',
    serverOwned: [],
    withheld: ['phoneNumber', 'email', 'password', 'fcmToken', 'lastLogin'],
    onlyWhere: { field: 'role', in: kioskUserRoles },
    merge: [],
  },
})
export type User = DocumentOf<typeof usersCollection>
