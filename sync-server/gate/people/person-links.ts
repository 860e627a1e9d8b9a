/**
 * A follower: two gates that could not hear of each other wrote the same newcomer, so there are two records of one person.
 * They are linked, the younger to the older one; an admin looks at the links and undoes what is wrong.
 */
import type { PersonLink } from '@chowki/shared/collections/person-links.ts'
import { sameVisitors } from '@chowki/shared/domain/people/person-links.ts'
import type { Change, Follower } from '../../followers/follower.ts'
import type { Caller } from '../../records/caller.ts'
import type { Records } from '../../records/records.ts'

export const personLinksName = 'person-links'
const caller: Caller = { kind: 'system', id: personLinksName }

export function followPersonLinks(records: Records, now: () => number): Follower {
  return {
    name: personLinksName,
    collections: ['visitors'],
    async follow(societyId, changes) {
      await undoLinksToErased(records, societyId, changes, now)
      const phones = changes.filter(({ deleted }) => !deleted).map(({ document }) => document['phone'])
      const phone = [...new Set(phones)].filter((one) => typeof one === 'string')
      if (phone.length === 0) return
      const same = sameVisitors(await records.find(societyId, 'visitors', { phone }))
      const ids = same.map(({ visitorId }) => visitorId)
      // Looked at before the transaction: most batches have nothing to write, and a desk's push need not wait for them.
      if (ids.length === 0) return
      const known = await records.find(societyId, 'personLinks', { _id: ids })
      if (known.length === ids.length) return
      await records.write(caller, societyId, async (transaction) => {
        // An undone link stays: what somebody has told apart is not linked again.
        const present = await transaction.read('personLinks', ids)
        const missing = same.filter(({ visitorId }) => !present.has(visitorId))
        transaction.insert('personLinks', ...missing.map((one) => newLink(societyId, one, now())))
      })
    },
  }
}

const newLink = (
  societyId: string,
  { visitorId, sameAs }: Pick<PersonLink, 'visitorId' | 'sameAs'>,
  at: number,
): PersonLink => ({
  _id: visitorId,
  societyId,
  createdAt: at,
  updatedAt: at,
  visitorId,
  sameAs,
  basis: 'PhoneAndName',
  state: 'Active',
})

/** Who is left is a person by himself, and not one with somebody who is gone. */
async function undoLinksToErased(
  records: Records,
  societyId: string,
  changes: readonly Change[],
  now: () => number,
): Promise<void> {
  const erased = changes.filter(({ deleted }) => deleted).map(({ id }) => id)
  if (erased.length === 0) return
  const links = await records.find(societyId, 'personLinks', { sameAs: erased, state: 'Active' })
  for (const { _id } of links) await undoPersonLink(records, caller, societyId, _id, now())
}

/** Newest first, undone ones included. */
export const listPersonLinks = (records: Records, societyId: string, limit: number): Promise<PersonLink[]> =>
  records.find(societyId, 'personLinks', {}, { sort: { field: 'createdAt', direction: -1 }, limit })

/** False when there is no such link. Its record is never linked again by itself. */
export const undoPersonLink = (
  records: Records,
  by: Caller,
  societyId: string,
  visitorId: string,
  at: number,
): Promise<boolean> =>
  records.change(by, societyId, 'personLinks', visitorId, (link) =>
    link.state === 'Undone'
      ? null
      : { ...link, state: 'Undone', updatedAt: Math.max(at, link.updatedAt + 1) },
  )
