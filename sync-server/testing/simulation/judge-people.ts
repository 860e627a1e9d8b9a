/** Of people who share phones and come to several gates: nobody is renamed, taken for another, or two people in the end. */
import type { PersonLink } from '@chowki/shared/collections/person-links.ts'
import { createPersonLinks } from '@chowki/shared/domain/people/person-links.ts'
import type { StoredDocument } from '../../storage/storage.ts'
import { isToldApart, people } from './people.ts'
import type { World } from './world.ts'

type Rows = ReadonlyMap<string, StoredDocument>

export interface StoredPeople {
  readonly visitors: Rows
  readonly visitorEntries: Rows
  readonly personLinks: Rows
}

/** `stored`: what the server holds of one society, after everybody was let out. */
export function judgePeople(world: World, society: string, stored: StoredPeople): void {
  const links = createPersonLinks()
  for (const { document } of stored.personLinks.values()) {
    const link = document as unknown as PersonLink
    links.put(link)
    const [one, other] = [link.visitorId, link.sameAs].map((id) => world.ledger.people.get(id)?.person)
    if (one !== other) world.violate(`two people are linked: ${link.visitorId} and ${link.sameAs}`)
  }
  for (const [truth, person] of people.entries()) {
    const records = [...stored.visitors.values()].filter(
      ({ id, deleted }) => !deleted && world.ledger.people.get(id)?.person === truth,
    )
    for (const { id, document } of records)
      if (document['name'] !== person.name || document['phone'] !== person.phone)
        world.violate(`${person.name} was renamed (${id})`)
    const persons = new Set(records.map(({ id }) => links.personOf(id)))
    if (records.length > 1) world.count('person in two records')
    if (persons.size > 1 && !isToldApart(world, society, truth))
      world.violate(`${person.name} is ${persons.size} people: ${[...persons].join()}`)
  }
  for (const { id, document } of stored.visitorEntries.values())
    if (document['state'] === 'Inside') world.violate(`visit ${id} is left inside`)
}
