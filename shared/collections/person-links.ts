/**
 * Two visitors' records that are one person, as when two gates that could not hear of each other wrote the same newcomer.
 * Records are linked, never joined: a link can be looked at and undone, and each visit keeps the record it was made for.
 */
import { defineCollection } from './define-collection.ts'
import type { DocumentOf } from './define-collection.ts'
import { objectId, oneOf } from './fields.ts'

/** `PhoneAndName`: the whole phone and the same name. */
export const personLinkBases = ['PhoneAndName'] as const

/** `Undone`: somebody said that they are two people, so nothing links this record again by itself. */
export const personLinkStates = ['Active', 'Undone'] as const

export const personLinksCollection = defineCollection({
  name: 'personLinks',
  version: 0,
  fields: {
    /** Also the link's `_id`: a record is another's at most once, whoever finds it, how often ever. */
    visitorId: objectId(),
    /** An older record, which may be linked in its turn. */
    sameAs: objectId(),
    basis: oneOf(personLinkBases),
    state: oneOf(personLinkStates),
  },
  mongoIndexes: [{ keys: { societyId: 1, sameAs: 1 } }, { keys: { societyId: 1, state: 1, createdAt: -1 } }],
  kiosk: {
    indexes: [],
    encrypted: [],
    writes: 'none',
    serverOwned: [],
    withheld: [],
    merge: [],
  },
})
export type PersonLink = DocumentOf<typeof personLinksCollection>
