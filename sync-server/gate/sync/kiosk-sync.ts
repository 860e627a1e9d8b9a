/** The generic sync server on Chowki's collections and devices: a society is the partition, a kiosk the replica. */
import type { CollectionDefinition, KioskRole } from '@chowki/shared/collections/define-collection.ts'
import { kioskCollections } from '@chowki/shared/collections/registry.ts'
import { maskAadhaarIn } from '@chowki/shared/domain/aadhaar.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import { validateDocument } from '@chowki/shared/projections/validate.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import type { FastifyInstance } from 'fastify'
import type { DeviceRegister } from '../../auth/device-register.ts'
import type { Records } from '../../records/records.ts'
import type { Fields, ReplicatedCollection, StampContext } from '../../sync/replicated-collection.ts'
import { createNudgeHub } from '../../sync/server/nudges.ts'
import { syncPlugin } from '../../sync/server/sync-plugin.ts'

export interface KioskSyncParts {
  readonly records: Records
  readonly register: DeviceRegister
  readonly now: () => number
}

export async function kioskSync(app: FastifyInstance, parts: KioskSyncParts): Promise<void> {
  const { records, register, now } = parts
  const nudgeHub = createNudgeHub()
  const stopListening = register.onRevoked(({ societyId, deviceId }) =>
    nudgeHub.disconnect(societyId, deviceId),
  )
  app.addHook('onClose', async () => stopListening())
  await app.register(syncPlugin, {
    prefix: '/api/sync',
    storage: records.replicas,
    collections: kioskCollections.map(toReplicatedCollection),
    now,
    nudgeHub,
    authenticate: async (request) => {
      const device = await register.authenticate(request.headers.authorization)
      if (!device.ok) return device
      request.device = device.value
      return ok({ partition: device.value.societyId, source: device.value.deviceId })
    },
  })
}

type ReplicatedDefinition = CollectionDefinition & { readonly kiosk: KioskRole }

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
    arriving: (state) => maskAadhaarIn(state),
    validate: (document, partition) => judge(definition, document, partition),
    upgrade: (document) => definition.migrations?.[version]?.({ ...document }) ?? document,
    downgrade: (document) => toVersionBefore(definition, document),
    stamp: (document, context) => stampArrival(kiosk, document, context),
  }
}

/** Without what the version before does not know: its validator refuses later fields. */
function toVersionBefore(
  { version, addedFields, downgrades }: CollectionDefinition,
  document: Fields,
): Fields {
  const added = addedFields?.[version] ?? []
  const before = downgrades?.[version]?.({ ...document }) ?? document
  return Object.fromEntries(Object.entries(before).filter(([name]) => !added.includes(name)))
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
