/** A pull: the next page of a partition's changes, exactly as long as was asked for while there are more (trap 4). */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { PullRequest, PullResponse } from '@chowki/shared/protocol/messages.ts'
import type { SyncStorage } from '../../storage/storage.ts'
import { acceptsVersion, toReplica } from '../replicated-collection.ts'
import type { ReplicatedCollection } from '../replicated-collection.ts'

export interface PullContext {
  readonly storage: SyncStorage
  readonly collection: ReplicatedCollection
  readonly partition: string
}

export async function pull(
  { storage, collection, partition }: PullContext,
  { schemaVersion, checkpoint, limit }: PullRequest,
): Promise<Result<Omit<PullResponse, 'serverTime'>, ChowkiError>> {
  if (!acceptsVersion(collection, schemaVersion)) {
    return err(chowkiError('schema_unsupported', { field: 'schemaVersion' }))
  }
  // Before the page: what is committed between the two reads has a higher number, and comes with the next page.
  const head = await storage.head(partition)
  if (checkpoint && (checkpoint.lineage !== head.lineage || checkpoint.seq > head.seq)) {
    return err(chowkiError('checkpoint_unknown', { field: 'checkpoint' }))
  }
  const after = checkpoint?.seq ?? 0
  const rows = await storage.changesAfter(partition, collection.name, after, limit, collection.scope)
  const last = rows.at(-1)?.seq ?? after
  // A short page has everything up to the head, so that what lies outside the scope is not read through again.
  const seq = rows.length < limit ? Math.max(last, head.seq) : last
  return ok({
    documents: rows.map((row) => toReplica(collection, schemaVersion, row)),
    checkpoint: { lineage: head.lineage, seq },
  })
}
