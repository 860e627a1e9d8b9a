import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Device } from '../gate/devices/device-repository.ts'
import type { Caller } from '../records/caller.ts'
import { sameSecret } from './device-register.ts'
import type { DeviceRegister } from './device-register.ts'
import { sendError } from '../http/answers.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `requireDevice`. */
    device: Device | null
  }
}

export function decorateWithDevice(app: FastifyInstance): void {
  app.decorateRequest('device', null)
}

/** As `onRequest`: a stranger's body is never read. */
export const requireDevice =
  (register: DeviceRegister) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const result = await register.authenticate(request.headers.authorization)
    if (!result.ok) return sendError(reply, result.error)
    request.device = result.value
    return undefined
  }

/** The device of a route behind `requireDevice`. */
export function deviceOf(request: FastifyRequest): Device {
  if (!request.device) throw new Error('The route is not behind requireDevice.')
  return request.device
}

export function hasAdminKey({ headers }: FastifyRequest, adminKey: string): boolean {
  const [, key] = /^Bearer ([\x21-\x7e]{32,256})$/i.exec(headers.authorization ?? '') ?? []
  return key !== undefined && sameSecret(key, adminKey)
}

export const requireAdmin =
  (adminKey: string) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (hasAdminKey(request, adminKey)) return undefined
    return sendError(reply, chowkiError('unauthenticated', { message: 'No valid admin key was sent.' }))
  }

/** Who came through `requireAdmin`. */
export const adminOf = (requestId: string): Caller => ({ kind: 'admin', id: 'admin-key', requestId })
