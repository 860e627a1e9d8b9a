/** Chowki's collections as the generic sync code knows them: a society is the partition, a kiosk the replica. */
import type { CollectionDefinition, KioskRole } from '@chowki/shared/collections/define-collection.ts'
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import { validateDocument } from '@chowki/shared/projections/validate.ts'
import { downgradeDocument, upgradeDocument } from '@chowki/shared/projections/versions.ts'
import type { Fields, ReplicatedCollection, StampContext } from '../../sync/replicated-collection.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'

type ReplicatedDefinition = CollectionDefinition & { readonly kiosk: KioskRole }

export const replicatedCollections = (): ReplicatedCollection[] =>
  kioskCollections.map(toReplicatedCollection)

export function toReplicatedCollection(definition: ReplicatedDefinition): ReplicatedCollection {
  const { name, version, kiosk } = definition
  return {
    name,
    version,
    partitionField: 'societyId',
    writable: kiosk.writes === 'own',
    // Erasure is the server's: a kiosk that frees its disk erases nothing for the others.
    replicaDeletes: false,
    serverOwned: kiosk.serverOwned,
    withheld: kiosk.withheld,
    ...(kiosk.onlyWhere ? { scope: kiosk.onlyWhere } : {}),
    validate: (document, partition) => judge(definition, document, partition),
    upgrade: (document) => upgradeDocument(definition, version - 1, { ...document }),
    downgrade: (document) => downgradeDocument(definition, version - 1, { ...document }),
    stamp: (document, context) => stampArrival(kiosk, document, context),
  }
}

function judge(definition: CollectionDefinition, document: Fields, partition: string) {
  // Before the rest: what is wrong with another society's record is nobody's business here.
  if (typeof document.societyId === 'string' && document.societyId !== partition) {
    return err(chowkiError('foreign_society', { field: 'societyId' }))
  }
  const valid = validateDocument(definition, document)
  return valid.ok ? ok(true as const) : err(chowkiError('invalid_document', valid.error))
}

/** P4: every record that a kiosk makes has the server's time of its first arrival, and how far the clocks were apart. */
function stampArrival(
  { serverOwned }: KioskRole,
  document: WireDocument,
  { now, sentAt, previous }: StampContext,
): WireDocument {
  if (previous || !serverOwned.includes('serverTime')) return document
  const drift = serverOwned.includes('timeDriftMs') ? { timeDriftMs: boundedDrift(sentAt - now) } : {}
  return { ...document, serverTime: now, ...drift }
}

/** A clock may say anything; the field keeps within what its schema allows. */
const driftMaxMs = 4_102_444_800_000
const boundedDrift = (ms: number) => Math.round(Math.min(driftMaxMs, Math.max(-driftMaxMs, ms)))
