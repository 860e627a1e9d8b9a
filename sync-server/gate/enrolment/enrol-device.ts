/**
 * A kiosk shows a one-time code with an id and a secret of its own making. The secret never comes back over the
 * wire, so a reply that was lost is asked for again with the same three, and gets the same answer.
 */
import { normaliseEnrolmentCode } from '@chowki/shared/domain/enrolment-code.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { Device, DeviceRepository } from '../devices/device-repository.ts'
import { hashSecret, sameSecret } from '../../auth/device-register.ts'
import { hashEnrolmentCode } from './enrolment-repository.ts'
import type { CodeUser, EnrolmentRepository, IssuedCode } from './enrolment-repository.ts'

export interface EnrolmentRequest {
  readonly code: string
  readonly deviceId: string
  readonly secret: string
  readonly deviceName: string
  readonly societyId?: string | undefined
  readonly requestId?: string
}

export interface EnrolDeviceParts {
  readonly enrolments: EnrolmentRepository
  readonly devices: DeviceRepository
  readonly gateName: (societyId: string, gateId: string) => Promise<string | null>
  readonly adminKey: string
  readonly now: () => number
}

export async function enrolDevice(
  request: EnrolmentRequest,
  parts: EnrolDeviceParts,
): Promise<Result<Device, ChowkiError>> {
  const typed = normaliseEnrolmentCode(request.code)
  const code = typed && (await parts.enrolments.findCode(hashEnrolmentCode(typed, parts.adminKey)))
  if (!code) return err(chowkiError('enrolment_code_invalid', { field: 'code' }))
  const user: CodeUser = { deviceId: request.deviceId, secretHash: hashSecret(request.secret) }
  if (code.usedBy) return answerAgain(code, code.usedBy, user, parts.devices)
  if (request.societyId !== undefined && request.societyId !== code.societyId)
    return err(chowkiError('enrolment_code_foreign', { field: 'code' }))
  if (code.expiresAt <= parts.now()) return err(chowkiError('enrolment_code_expired', { field: 'code' }))
  const device: Device = {
    deviceId: request.deviceId,
    societyId: code.societyId,
    gateId: code.gateId,
    deviceName: code.deviceName || request.deviceName,
    location: (await parts.gateName(code.societyId, code.gateId)) ?? 'Gate',
    status: 'Active',
    lastActive: parts.now(),
  }
  switch (await parts.enrolments.complete(code.codeHash, device, user.secretHash, request.requestId)) {
    case 'enrolled':
      return ok(device)
    case 'idTaken':
      // Does not reveal whose id it is: the sender sees a rule about ids.
      return err(
        chowkiError('invalid_request', {
          field: 'deviceId',
          message: 'The id cannot be used; make a new one.',
        }),
      )
    case 'codeTaken': {
      const winner = (await parts.enrolments.findCode(code.codeHash))?.usedBy
      return winner ? answerAgain(code, winner, user, parts.devices) : err(codeUsed())
    }
  }
}

/** The code is used: by this same kiosk, whose reply was lost, or by another. */
async function answerAgain(
  { societyId }: IssuedCode,
  usedBy: CodeUser,
  user: CodeUser,
  devices: DeviceRepository,
): Promise<Result<Device, ChowkiError>> {
  if (usedBy.deviceId !== user.deviceId || !sameSecret(usedBy.secretHash, user.secretHash))
    return err(codeUsed())
  const credentials = await devices.find({ societyId, deviceId: user.deviceId })
  // Enrolled again since, with another secret: this code is no longer valid.
  if (!credentials || !sameSecret(credentials.secretHash, user.secretHash)) return err(codeUsed())
  return credentials.device.status === 'Active' ? ok(credentials.device) : err(chowkiError('device_revoked'))
}

const codeUsed = (): ChowkiError => chowkiError('enrolment_code_used', { field: 'code' })
