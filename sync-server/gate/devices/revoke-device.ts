import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { Caller } from '../../records/caller.ts'
import type { DeviceRegister } from '../../auth/device-register.ts'
import type { DeviceKey } from './device-repository.ts'

export interface RevokeParts {
  readonly register: DeviceRegister
}

export async function revokeDevice(
  { societyId, deviceId }: DeviceKey,
  caller: Caller,
  { register }: RevokeParts,
): Promise<Result<null, ChowkiError>> {
  const isKnown = await register.revoke({ societyId, deviceId }, caller)
  if (!isKnown)
    return err(chowkiError('not_found', { field: 'id', message: 'The society has no such device.' }))
  return ok(null)
}
