/** What a person agreed to have kept, when, and when they took it back. */
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { epochMs, hexId, objectId, oneOf, optional, text } from './fields.ts'

export const consentSubjects = ['Visitor', 'Resident', 'FamilyMember', 'Staff'] as const
export type ConsentSubject = (typeof consentSubjects)[number]

export const consentPurposes = ['VisitRecord', 'Photo', 'IdProof', 'Notifications', 'Marketing'] as const
export type ConsentPurpose = (typeof consentPurposes)[number]

export const consentMethods = ['AtGate', 'SignedLink', 'Written'] as const
export type ConsentMethod = (typeof consentMethods)[number]

export const consentsCollection = defineCollection({
  name: 'consents',
  version: 0,
  fields: {
    subjectKind: oneOf(consentSubjects),
    subjectId: objectId(),
    purpose: oneOf(consentPurposes),
    method: oneOf(consentMethods),
    /** Version of the notice that was shown. */
    noticeVersion: text(40, { minLength: 1 }),
    language: optional(text(16)),
    givenAt: epochMs(),
    withdrawnAt: optional(epochMs()),
    recordedBy: optional(objectId()),
    deviceId: optional(hexId()),
  },
  mongoIndexes: [{ keys: { societyId: 1, subjectId: 1, purpose: 1, givenAt: -1 } }],
})
export type Consent = DocumentOf<typeof consentsCollection>
