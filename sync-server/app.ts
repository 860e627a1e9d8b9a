/** Builds the server from its parts; reads no environment, opens no connection and does not listen. */
import { randomBytes } from 'node:crypto'
import Fastify, { LogController } from 'fastify'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { resourceApi } from './api/api.ts'
import { describeResources } from './api/describe.ts'
import type { Records } from './records/records.ts'
import { limitConnections } from './http/connection-limit.ts'
import { createDeviceRegister } from './auth/device-register.ts'
import type { DeviceRegister } from './auth/device-register.ts'
import type { DeviceRepository } from './gate/devices/device-repository.ts'
import { createAttemptLimit } from './gate/enrolment/attempt-limit.ts'
import type { EnrolmentRepository } from './gate/enrolment/enrolment-repository.ts'
import type { PhotoCipher, PhotoRepository } from './gate/photos/photo-repository.ts'
import { apiDescription } from './http/api-description.ts'
import { decorateWithDevice } from './auth/device-auth.ts'
import { answerErrors, dressEveryAnswer } from './http/answers.ts'
import { readBodies } from './http/bodies.ts'
import { kioskFiles } from './http/kiosk-files.ts'
import { collectMethods } from './http/method-not-allowed.ts'
import { kioskSync } from './gate/sync/kiosk-sync.ts'
import { refuseExpectations, refuseTunnels, unreadableRequests } from './http/unreadable-requests.ts'
import { deviceRoutes } from './gate/devices/device-routes.ts'
import { enrolmentRoutes } from './gate/enrolment/enrolment-routes.ts'
import { healthRoutes } from './ops/health-routes.ts'
import { photoRoutes } from './gate/photos/photo-routes.ts'
import type { SiteRepository } from './gate/site/site-repository.ts'

export interface AppParts {
  readonly logger: FastifyBaseLogger
  readonly now: () => number
  readonly records: Records
  readonly devices: DeviceRepository
  readonly enrolments: EnrolmentRepository
  readonly sites: SiteRepository
  readonly photos: PhotoRepository
  readonly cipher: PhotoCipher
  readonly adminKey: string
  readonly pingDatabase: () => Promise<void>
  /** Proxies whose forwarded address of the caller is trusted. */
  readonly trustedProxies: readonly string[]
  readonly connectionsMax: number
  /** A built kiosk for a browser on this machine. */
  readonly kioskFolder: string | null
}

export const enrolmentAttempts = { windowMs: 60_000, perCode: 10, perAddress: 10, overall: 100 } as const

const bodyBytesMax = 64 * 1024

export async function buildApp(parts: AppParts): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: parts.logger,
    // The one line of `dressEveryAnswer` stands for Fastify's own, which hold the address.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomBytes(8).toString('hex'),
    requestIdHeader: false,
    trustProxy: parts.trustedProxies.length > 0 ? [...parts.trustedProxies] : false,
    bodyLimit: bodyBytesMax,
    connectionTimeout: 0,
    // A frame of photos over a gate's thin line may take minutes; its sender is authenticated by then.
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
  answerErrors(app)
  readBodies(app)
  dressEveryAnswer(app)
  const refuseOtherMethods = collectMethods(app)
  await app.register(apiDescription, { more: describeResources() })
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
  // In its own scope: no other route accepts binary bodies.
  await app.register(async (scope) => photoRoutes(scope, { ...parts, register }))
  await app.register(resourceApi, parts)
  await app.register(kioskSync, { records: parts.records, now: parts.now, register })
}
