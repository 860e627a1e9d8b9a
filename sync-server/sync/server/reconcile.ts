/**
 * The daily check that a replica and the server hold the same: the net under every fault that nobody thought of
 * (a push that was never sent, a page that was never written). It changes nothing; the replica acts on it.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '@chowki/shared/domain/canonical-json.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { ReconcileRequest, ReconcileResponse } from '@chowki/shared/protocol/messages.ts'
import type { StoredDocument, SyncStorage } from '../../storage/storage.ts'
import { acceptsVersion, isInScope, replicaPart, toReplica } from '../replicated-collection.ts'
import type { ReplicatedCollection } from '../replicated-collection.ts'

export async function reconcile(
  context: { storage: SyncStorage; collection: ReplicatedCollection; partition: string },
  request: ReconcileRequest,
): Promise<Result<Omit<ReconcileResponse, 'serverTime'>, ChowkiError>> {
  const { storage, collection, partition } = context
  if (!acceptsVersion(collection, request.schemaVersion)) {
    return err(chowkiError('schema_unsupported', { field: 'schemaVersion' }))
  }
  const ids = request.rows.map((row) => row.id)
  const [stored, liveCount] = await Promise.all([
    storage.readMany(partition, collection.name, ids),
    storage.countLive(partition, collection.name, collection.scope),
  ])
  const [missing, different]: [string[], string[]] = [[], []]
  for (const { id, hash } of request.rows) {
    const held = stored.get(id)
    if (!held || !isInScope(collection, held.document)) missing.push(id)
    else if (held.deleted || hashFor(collection, request.schemaVersion, held) !== hash) different.push(id)
  }
  return ok({ missing, different, liveCount })
}

function hashFor(collection: ReplicatedCollection, version: number, held: StoredDocument): string {
  const seen = toReplica(collection, version, held)
  return createHash('sha256')
    .update(canonicalJson(replicaPart(collection, seen)))
    .digest('hex')
}
