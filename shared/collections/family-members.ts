import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { email, objectId, oneOf, optional, personalText, phone, text } from './fields.ts'

export const familyRelationships = ['Spouse', 'Child', 'Parent', 'Sibling', 'Grandparent', 'Other'] as const
export type FamilyRelationship = (typeof familyRelationships)[number]

export const familyMembersCollection = defineCollection({
  name: 'familyMembers',
  version: 0,
  fields: {
    residentId: objectId(),
    name: personalText(120, { minLength: 1 }),
    relationship: oneOf(familyRelationships),
    phone: optional(phone()),
    email: optional(email()),
    /** Id of a photo, or an address. */
    profilePicture: optional(text(2048)),
  },
  mongoIndexes: [
    { keys: { societyId: 1, residentId: 1 } },
    { keys: { societyId: 1, phone: 1 }, onlyWith: 'phone' },
  ],
})
export type FamilyMember = DocumentOf<typeof familyMembersCollection>
