import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { revokeRequestSchema, siteDocumentSchema } from '@chowki/shared/protocol/device-api.ts'
import type { RevokeRequest } from '@chowki/shared/protocol/device-api.ts'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { DeviceRegister } from '../../auth/device-register.ts'
import { adminOf, deviceOf, requireAdmin, requireDevice } from '../../auth/device-auth.ts'
import { errorResponses, sendError } from '../../http/answers.ts'
import { siteOf } from '../site/site-document.ts'
import type { SiteRepository } from '../site/site-repository.ts'

export interface DeviceRouteParts {
  readonly register: DeviceRegister
  readonly sites: SiteRepository
  readonly adminKey: string
  readonly now: () => number
}

export function deviceRoutes(app: FastifyInstance, parts: DeviceRouteParts): void {
  siteRoute(app, parts)
  revokeRoute(app, parts)
}

function siteRoute(app: FastifyInstance, { register, sites, now }: DeviceRouteParts): void {
  app.get(
    '/api/device/site',
    {
      onRequest: requireDevice(register),
      schema: {
        summary: 'Where this kiosk stands: society, gate, blocks, settings',
        tags: ['devices'],
        security: [{ device: [] }],
        response: {
          200: siteDocumentSchema,
          304: Type.Null({ description: 'Unchanged since `if-none-match`.' }),
          ...errorResponses('unauthenticated', 'not_found'),
        },
      },
    },
    async (request, reply) => {
      const tagged = await siteOf(deviceOf(request), sites)
      if (!tagged) return sendError(reply, chowkiError('not_found'))
      reply.header('etag', tagged.etag).header('cache-control', 'private, no-cache')
      if (request.headers['if-none-match'] === tagged.etag) return reply.code(304).send()
      return { ...tagged.site, serverTime: now() }
    },
  )
}

const revokeParamsSchema = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{24}$', maxLength: 24 }) })

function revokeRoute(app: FastifyInstance, parts: DeviceRouteParts): void {
  app.post<{ Params: { id: string }; Body: RevokeRequest }>(
    '/api/devices/:id/revoke',
    {
      onRequest: requireAdmin(parts.adminKey),
      schema: {
        summary: 'Stop a device at once',
        tags: ['devices'],
        security: [{ adminKey: [] }],
        params: revokeParamsSchema,
        body: revokeRequestSchema,
        response: {
          200: Type.Object({ deviceId: Type.String(), status: Type.String() }),
          ...errorResponses('invalid_request', 'unauthenticated', 'not_found'),
        },
      },
    },
    async (request, reply) => {
      const key = { societyId: request.body.societyId, deviceId: request.params.id }
      const result = await parts.register.revoke(key, adminOf(request.id))
      return result.ok ? { deviceId: key.deviceId, status: 'Inactive' } : sendError(reply, result.error)
    },
  )
}
