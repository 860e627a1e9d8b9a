/**
 * To count is to read every document of a partition, and the daily check asks for the count with each of its pages. So
 * a count is kept until the partition's next commit: its number is read first, so that a commit in between only makes
 * the count look older than it is. One entry for each collection of a partition.
 */
import type { ScopeFilter } from '../storage.ts'
import type { SyncHeads } from './sync-heads.ts'

interface KnownCount {
  readonly lineage: string
  readonly seq: number
  readonly count: number
}

type CountLive = (partition: string, collection: string, scope?: ScopeFilter) => Promise<number>

export function createLiveCounts(heads: SyncHeads, count: CountLive): CountLive {
  const known = new Map<string, KnownCount>()
  return async (partition, collection, scope) => {
    const key = JSON.stringify([partition, collection, scope])
    const head = await heads.read(partition)
    const found = known.get(key)
    if (found?.lineage === head.lineage && found.seq === head.seq) return found.count
    const counted = await count(partition, collection, scope)
    known.set(key, { ...head, count: counted })
    return counted
  }
}
