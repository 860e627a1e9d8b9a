import { ok } from '@chowki/shared/errors/result.ts'
import type { FastifyInstance } from 'fastify'
import type { DeviceRegister } from '../../auth/device-register.ts'
import type { Records } from '../../records/records.ts'
import { replicatedCollections } from './sync-collections.ts'
import { createNudgeHub } from '../../sync/server/nudges.ts'
import { syncPlugin } from '../../sync/server/sync-plugin.ts'

export interface SyncRouteParts {
  readonly records: Records
  readonly register: DeviceRegister
  readonly now: () => number
}

/** The generic sync server on Chowki's devices: a device's society is its partition. */
export async function syncRoutes(app: FastifyInstance, parts: SyncRouteParts): Promise<void> {
  const { records, register, now } = parts
  const nudgeHub = createNudgeHub()
  const stopListening = register.onRevoked(({ societyId, deviceId }) =>
    nudgeHub.disconnect(societyId, deviceId),
  )
  app.addHook('onClose', async () => stopListening())
  await app.register(syncPlugin, {
    prefix: '/api/sync',
    storage: records.replicas,
    collections: replicatedCollections(),
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
