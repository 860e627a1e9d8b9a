import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DeviceRegister } from '../../auth/device-register.ts'
import type { SyncStorage } from '../../storage/storage.ts'
import { replicatedCollections } from './sync-collections.ts'
import { createNudgeHub } from '../../sync/server/nudges.ts'
import { syncPlugin } from '../../sync/server/sync-plugin.ts'
import type { SyncIdentity } from '../../sync/server/sync-plugin.ts'

export interface SyncRouteParts {
  readonly storage: SyncStorage
  readonly register: DeviceRegister
  readonly now: () => number
  readonly isDatabaseUnreachable: (error: unknown) => boolean
}

/** The generic sync server on Chowki's devices: a device's society is its partition. */
export async function syncRoutes(app: FastifyInstance, parts: SyncRouteParts): Promise<void> {
  const { storage, register, now } = parts
  const nudgeHub = createNudgeHub()
  const stopListening = register.onRevoked(({ societyId, deviceId }) =>
    nudgeHub.disconnect(societyId, deviceId),
  )
  app.addHook('onClose', async () => stopListening())
  await app.register(syncPlugin, {
    prefix: '/api/sync',
    storage,
    collections: replicatedCollections(),
    now,
    nudgeHub,
    authenticate: (request) => authenticate(request, parts),
  })
}

async function authenticate(
  request: FastifyRequest,
  { register, isDatabaseUnreachable }: SyncRouteParts,
): Promise<Result<SyncIdentity, ChowkiError>> {
  try {
    const result = await register.authenticate(request.headers.authorization)
    if (!result.ok) return result
    request.device = result.value
    return ok({ partition: result.value.societyId, source: result.value.deviceId })
  } catch (error) {
    // The generic routes know the storage's errors only, not those of Chowki's devices.
    if (!isDatabaseUnreachable(error)) throw error
    return err(chowkiError('server_unavailable'))
  }
}
