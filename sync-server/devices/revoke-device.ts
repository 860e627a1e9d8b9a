import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { AuditRepository } from '../audit/audit-repository.ts'
import type { DeviceRegister } from './device-register.ts'
import type { DeviceRepository } from './device-repository.ts'

export interface RevokeParts {
  readonly register: DeviceRegister
  readonly devices: DeviceRepository
  readonly audit: AuditRepository
  readonly now: () => number
}

export async function revokeDevice(
  deviceId: string,
  { register, devices, audit, now }: RevokeParts,
): Promise<Result<null, ChowkiError>> {
  const known = await devices.find(deviceId)
  if (!known) return err(chowkiError('not_found', { field: 'id', message: 'There is no such device.' }))
  await register.revoke(deviceId)
  await audit.append({
    societyId: known.device.societyId,
    actor: { kind: 'admin', id: 'admin-key' },
    action: 'device.revoked',
    subject: { collection: 'guardDevices', id: deviceId },
    at: now(),
  })
  return ok(null)
}
