/** Builds the server from its parts; reads no environment, opens no connection and does not listen. */
import { randomBytes } from 'node:crypto'
import Fastify, { LogController } from 'fastify'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { AuditRepository } from './audit/audit-repository.ts'
import { limitConnections } from './connection-limit.ts'
import { createDeviceRegister } from './devices/device-register.ts'
import type { DeviceRegister } from './devices/device-register.ts'
import type { DeviceRepository } from './devices/device-repository.ts'
import { createAttemptLimit } from './enrolment/attempt-limit.ts'
import type { EnrolmentRepository } from './enrolment/enrolment-repository.ts'
import type { PhotoCipher } from './photos/photo-cipher.ts'
import type { PhotoRepository } from './photos/photo-repository.ts'
import { quarantineRefusedPhoto } from './photos/quarantine-photo.ts'
import { apiDescription } from './plugins/api-description.ts'
import { decorateWithDevice } from './plugins/device-auth.ts'
import { errorAnswers } from './plugins/error-answers.ts'
import { jsonBodies } from './plugins/json-bodies.ts'
import { kioskFiles } from './plugins/kiosk-files.ts'
import { collectMethods } from './plugins/method-not-allowed.ts'
import { requestLog } from './plugins/request-log.ts'
import { requestValidation } from './plugins/request-validation.ts'
import { securityHeaders } from './plugins/security-headers.ts'
import { syncRoutes } from './plugins/sync-routes.ts'
import { refuseExpectations, refuseTunnels, unreadableRequests } from './plugins/unreadable-requests.ts'
import { deviceRoutes } from './routes/device-routes.ts'
import { enrolmentRoutes } from './routes/enrolment-routes.ts'
import { healthRoutes } from './routes/health-routes.ts'
import { photoRoutes } from './routes/photo-routes.ts'
import type { SiteRepository } from './site/site-repository.ts'
import type { SyncStorage } from './storage/storage.ts'

export interface AppParts {
  readonly logger: FastifyBaseLogger
  readonly now: () => number
  readonly storage: SyncStorage
  readonly devices: DeviceRepository
  readonly enrolments: EnrolmentRepository
  readonly sites: SiteRepository
  readonly photos: PhotoRepository
  readonly audit: AuditRepository
  readonly cipher: PhotoCipher
  readonly adminKey: string
  readonly pingDatabase: () => Promise<void>
  readonly isDatabaseUnreachable: (error: unknown) => boolean
  /** Whose word on the caller's address is taken. */
  readonly trustedProxies: readonly string[]
  readonly connectionsMax: number
  /** A built kiosk for a browser on this machine. */
  readonly kioskFolder: string | null
}

export const enrolmentAttempts = { windowMs: 60_000, perAddress: 10, overall: 100 } as const

const bodyBytesMax = 64 * 1024

export async function buildApp(parts: AppParts): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: parts.logger,
    // The one line of `requestLog` stands for Fastify's own, which hold the address.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomBytes(8).toString('hex'),
    requestIdHeader: false,
    trustProxy: parts.trustedProxies.length > 0 ? [...parts.trustedProxies] : false,
    bodyLimit: bodyBytesMax,
    connectionTimeout: 0,
    // A frame of photos over a gate's thin line may take minutes; its sender has shown a token by then.
    requestTimeout: 300_000,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 128 },
    // A HEAD of the nudge stream would be a stream.
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    ...unreadableRequests,
  })
  refuseExpectations(app.server)
  refuseTunnels(app.server)
  limitConnections(app.server, parts.connectionsMax, parts.logger, parts.now)
  const register = createDeviceRegister(parts.devices, parts.now)
  decorateWithDevice(app)
  await app.register(errorAnswers, { isDatabaseUnreachable: parts.isDatabaseUnreachable })
  await app.register(requestValidation)
  await app.register(jsonBodies)
  await app.register(requestLog)
  await app.register(securityHeaders)
  const refuseOtherMethods = collectMethods(app)
  await app.register(apiDescription)
  await addRoutes(app, parts, register)
  refuseOtherMethods()
  if (parts.kioskFolder !== null) await app.register(kioskFiles, { folder: parts.kioskFolder })
  return app
}

async function addRoutes(app: FastifyInstance, parts: AppParts, register: DeviceRegister): Promise<void> {
  const gateName = async (societyId: string, id: string) =>
    (await parts.sites.gates(societyId)).find(({ gateId }) => gateId === id)?.name ?? null
  const attempts = createAttemptLimit({ ...enrolmentAttempts, now: parts.now })
  healthRoutes(app, parts)
  enrolmentRoutes(app, { ...parts, register, attempts, gateName })
  deviceRoutes(app, { ...parts, register })
  // In a scope of its own: no other route reads octets.
  const onRefused = quarantineRefusedPhoto(parts.storage, parts.now)
  await app.register(async (scope) => photoRoutes(scope, { ...parts, register, onRefused }))
  const { storage, now, isDatabaseUnreachable } = parts
  await app.register(syncRoutes, { storage, now, isDatabaseUnreachable, register })
}
