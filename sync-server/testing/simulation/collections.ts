/** The collections that gates of the simulation hold: two that they write, and those that they only read. */
import type { KioskCollectionDefinition } from '@chowki/shared/collections/registry.ts'
import { personLinksCollection } from '@chowki/shared/collections/person-links.ts'
import { usersCollection } from '@chowki/shared/collections/users.ts'
import { visitorEntriesCollection } from '@chowki/shared/collections/visitor-entries.ts'
import { visitorsCollection } from '@chowki/shared/collections/visitors.ts'
import Type from 'typebox'
import type { Script } from './script.ts'

/** Visits as they are, under a number of the simulation's own: what it asks is how two versions get on. */
const visitsOfNow = { ...visitorEntriesCollection, version: 0 }

/** A version of visits that may come: one more field. */
const visitsToCome = {
  ...visitorEntriesCollection,
  version: 1,
  schema: Type.Object(
    { ...visitorEntriesCollection.schema.properties, lane: Type.Optional(Type.String({ maxLength: 20 })) },
    { additionalProperties: false },
  ),
  addedFields: { 1: ['lane'] },
}

export const addedField = 'lane'

export type SimulatedCollectionName = 'visitors' | 'visitorEntries' | 'users' | 'personLinks'

export const definitionsOf = (
  version: 0 | 1,
): Readonly<Record<SimulatedCollectionName, KioskCollectionDefinition>> => ({
  visitors: visitorsCollection as KioskCollectionDefinition,
  visitorEntries: (version === 0 ? visitsOfNow : visitsToCome) as unknown as KioskCollectionDefinition,
  users: usersCollection as KioskCollectionDefinition,
  personLinks: personLinksCollection as KioskCollectionDefinition,
})

const always = ['visitors', 'visitorEntries', 'users'] as const

/** Links only where the server makes some: other scripts stay as they were, and quicker. */
export const collectionNamesOf = ({ people }: Pick<Script, 'people'>): readonly SimulatedCollectionName[] =>
  people === true ? [...always, 'personLinks'] : always
