import { normaliseEnrolmentCode } from '@chowki/shared/domain/enrolment-code.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import {
  enrolmentCodeRequestSchema,
  enrolmentCodeResponseSchema,
  enrolRequestSchema,
  enrolResponseSchema,
} from '@chowki/shared/protocol/device-api.ts'
import type { EnrolmentCodeRequest, EnrolRequest } from '@chowki/shared/protocol/device-api.ts'
import type { FastifyInstance } from 'fastify'
import type { DeviceRegister } from '../../auth/device-register.ts'
import type { AttemptLimit } from './attempt-limit.ts'
import { enrolDevice } from './enrol-device.ts'
import type { EnrolDeviceParts } from './enrol-device.ts'
import { issueEnrolmentCode } from './issue-code.ts'
import { adminOf, requireAdmin } from '../../auth/device-auth.ts'
import { errorResponses, sendError } from '../../http/answers.ts'
import type { SiteRepository } from '../site/site-repository.ts'

export interface EnrolmentRouteParts extends EnrolDeviceParts {
  readonly register: DeviceRegister
  readonly attempts: AttemptLimit
  readonly sites: SiteRepository
}

export function enrolmentRoutes(app: FastifyInstance, parts: EnrolmentRouteParts): void {
  enrolRoute(app, parts)
  issueRoute(app, parts)
}

const enrolBodyBytesMax = 16 * 1024

/** However a code is spelled it is one guess; all that cannot be a code is another. */
function triedCode(body: unknown): string {
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null
  return (typeof code === 'string' && normaliseEnrolmentCode(code)) || ''
}

function enrolRoute(app: FastifyInstance, parts: EnrolmentRouteParts): void {
  app.post<{ Body: EnrolRequest }>(
    '/api/enrol',
    {
      bodyLimit: enrolBodyBytesMax,
      // Before the body is judged, so that nonsense costs as little as a wrong code; a larger one is not even read.
      preValidation: async (request, reply) => {
        const retryAfterMs = parts.attempts.take(request.ip, triedCode(request.body))
        if (retryAfterMs !== null) return sendError(reply, chowkiError('too_many_attempts', { retryAfterMs }))
        return undefined
      },
      schema: {
        summary: 'Enrol a kiosk by a one-time code',
        description: 'The kiosk makes its id and secret. The same three sent again get the same answer.',
        tags: ['devices'],
        body: enrolRequestSchema,
        response: {
          200: enrolResponseSchema,
          ...errorResponses(
            'invalid_request',
            'enrolment_code_invalid',
            'device_revoked',
            'enrolment_code_used',
            'enrolment_code_foreign',
            'enrolment_code_expired',
            'too_many_attempts',
          ),
        },
      },
    },
    async (request, reply) => {
      const result = await enrolDevice({ ...request.body, requestId: request.id }, parts)
      if (!result.ok) return sendError(reply, result.error)
      const { deviceId, societyId, gateId } = result.value
      parts.register.forget(result.value)
      return { deviceId, societyId, gateId }
    },
  )
}

function issueRoute(app: FastifyInstance, parts: EnrolmentRouteParts): void {
  app.post<{ Body: EnrolmentCodeRequest }>(
    '/api/enrolment-codes',
    {
      onRequest: requireAdmin(parts.adminKey),
      schema: {
        summary: 'Issue a one-time enrolment code',
        tags: ['devices'],
        security: [{ adminKey: [] }],
        body: enrolmentCodeRequestSchema,
        response: {
          200: enrolmentCodeResponseSchema,
          ...errorResponses('invalid_request', 'unauthenticated', 'not_found'),
        },
      },
    },
    async (request, reply) => {
      const result = await issueEnrolmentCode(request.body, adminOf(request.id), parts)
      return result.ok ? result.value : sendError(reply, result.error)
    },
  )
}
