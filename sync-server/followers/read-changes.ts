import type { SyncStorage } from '../storage/storage.ts'
import type { Change } from './follower.ts'

export interface ChangesAsked {
  readonly partition: string
  readonly collections: readonly string[]
  readonly after: number
  /** Where the partition's history ended before this call. */
  readonly head: number
  readonly limit: number
}

export interface ChangesPage {
  /** By number, ascending; at most `limit`. */
  readonly changes: readonly Change[]
  /** All changes up to this number are in this page or before it: the head, where there are no more. */
  readonly upTo: number
}

/**
 * The changes of several collections in the one order of their partition. Each collection is read at a moment of its
 * own, so only what is up to the head that was known before is sure to be whole; behind a full page there may be more.
 */
export async function readChanges(
  storage: Pick<SyncStorage, 'changesAfter'>,
  { partition, collections, after, head, limit }: ChangesAsked,
): Promise<ChangesPage> {
  const pages = await Promise.all(
    collections.map(async (collection) => {
      const rows = await storage.changesAfter(partition, collection, after, limit)
      return rows.map((row): Change => ({ ...row, collection }))
    }),
  )
  const ends = pages.filter((page) => page.length === limit).map((page) => page.at(-1)?.seq ?? head)
  const sure = Math.min(head, ...ends)
  const inOrder = pages
    .flat()
    .filter(({ seq }) => seq <= sure)
    .toSorted((left, right) => left.seq - right.seq)
  const changes = inOrder.slice(0, limit)
  return { changes, upTo: changes.length < inOrder.length ? (changes.at(-1)?.seq ?? sure) : sure }
}
