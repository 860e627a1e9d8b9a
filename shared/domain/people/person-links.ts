/** Which records of visitors are one person: whom the server links, and what a link means to whoever holds it. */
import type { PersonLink } from '../../collections/person-links.ts'
import type { Visitor } from '../../collections/visitors.ts'
import { isSameName } from '../name-key.ts'

/**
 * Of visitors of one society: each to the oldest with the same whole phone and name. The oldest is the same, whoever asks
 * and in whatever order they came.
 */
export function sameVisitors(
  visitors: readonly Visitor[],
): readonly Pick<PersonLink, 'visitorId' | 'sameAs'>[] {
  const persons: Visitor[] = []
  return visitors.toSorted(byAge).flatMap((visitor) => {
    const person = persons.find(
      (other) => other.phone === visitor.phone && isSameName(other.name, visitor.name),
    )
    if (person !== undefined) return [{ visitorId: visitor._id, sameAs: person._id }]
    persons.push(visitor)
    return []
  })
}

const byAge = (a: Visitor, b: Visitor): number => a.createdAt - b.createdAt || (a._id < b._id ? -1 : 1)

/** The links that hold, in memory. A record that no link names is a person by itself. */
export interface PersonLinks {
  /** The oldest record of this person. */
  personOf(visitorId: string): string
  /** All records of a person, the oldest first. */
  recordsOf(personId: string): readonly string[]
  /** The records whose person may be another now. */
  put(link: Pick<PersonLink, 'visitorId' | 'sameAs' | 'state'>): readonly string[]
  remove(visitorId: string): readonly string[]
}

export function createPersonLinks(): PersonLinks {
  const sameAs = new Map<string, string>()
  const linked = new Map<string, Set<string>>()

  const personOf = (visitorId: string): string => {
    let person = visitorId
    // Ends also where links made a ring, which none of the server's do.
    for (let i = 0; i <= sameAs.size; i++) {
      const older = sameAs.get(person)
      if (older === undefined || older === visitorId) return person
      person = older
    }
    return person
  }
  const recordsOf = (personId: string): readonly string[] => {
    const records = new Set([personId])
    for (const record of records) for (const other of linked.get(record) ?? []) records.add(other)
    return [...records]
  }
  const remove = (visitorId: string): readonly string[] => {
    const before = sameAs.get(visitorId)
    if (before === undefined) return []
    const touched = recordsOf(personOf(visitorId))
    sameAs.delete(visitorId)
    linked.get(before)?.delete(visitorId)
    return touched
  }
  return {
    personOf,
    recordsOf,
    remove,
    put({ visitorId, sameAs: older, state }) {
      const touched = remove(visitorId)
      if (state !== 'Active') return touched
      sameAs.set(visitorId, older)
      const others = linked.get(older)
      if (others === undefined) linked.set(older, new Set([visitorId]))
      else others.add(visitorId)
      return [...new Set([...touched, ...recordsOf(personOf(visitorId))])]
    },
  }
}
