import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { AuditRepository } from '../../records/audit-repository.ts'
import type { DeviceRegister } from '../../auth/device-register.ts'
import type { DeviceKey } from './device-repository.ts'

export interface RevokeParts {
  readonly register: DeviceRegister
  readonly audit: AuditRepository
  readonly now: () => number
}

export async function revokeDevice(
  { societyId, deviceId }: DeviceKey,
  { register, audit, now }: RevokeParts,
): Promise<Result<null, ChowkiError>> {
  const isKnown = await register.revoke({ societyId, deviceId })
  if (!isKnown)
    return err(chowkiError('not_found', { field: 'id', message: 'The society has no such device.' }))
  await audit.append({
    societyId,
    actor: { kind: 'admin', id: 'admin-key' },
    action: 'device.revoked',
    subject: { collection: 'guardDevices', id: deviceId },
    at: now(),
  })
  return ok(null)
}
