import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { boolean, email, hexId, object, oneOf, optional, personalText, phone, rating } from './fields.ts'

/** `Aadhar` is the data model's spelling. */
export const idProofTypes = ['Aadhar', 'Passport', 'Driving License', 'Voter ID', 'PAN', 'Other'] as const
export type IdProofType = (typeof idProofTypes)[number]

/** The last four characters of an identity document at most: a whole Aadhaar number is never stored (P7). */
const maskedNumberPattern = '^[0-9A-Za-z]{1,4}$'

export const visitorsCollection = defineCollection({
  name: 'visitors',
  version: 0,
  fields: {
    name: personalText(120, { minLength: 1 }),
    phone: phone(),
    email: optional(email()),
    /** Id of a photo. */
    photo: optional(hexId()),
    idProof: optional(
      object({
        type: oneOf(idProofTypes),
        number: optional({ ...personalText(4), pattern: maskedNumberPattern }),
        photo: optional(hexId()),
      }),
    ),
    isFrequent: optional(boolean()),
    rating: optional(rating()),
  },
  mongoIndexes: [{ keys: { societyId: 1, phone: 1 } }, { keys: { societyId: 1, updatedAt: -1 } }],
  kiosk: {
    indexes: [['updatedAt']],
    encrypted: ['name', 'phone', 'email', 'idProof'],
    writes: 'own',
    serverOwned: ['rating'],
    withheld: [],
    merge: [],
  },
})
export type Visitor = DocumentOf<typeof visitorsCollection>
