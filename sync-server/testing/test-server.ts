/** The whole server on a database of its own in a real MongoDB, with the test's clock and log. */
import { randomBytes } from 'node:crypto'
import { collections } from '@chowki/shared/collections/registry.ts'
import { deviceToken } from '@chowki/shared/protocol/device-api.ts'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { deviceHeaders, newDevice } from '../../build/services/enrol-device.ts'
import { mongodbTestUrl } from '../../build/services/mongodb-test-url.ts'
import { buildApp } from '../app.ts'
import type { AppParts } from '../app.ts'
import type { SealingKeys } from '../ops/keys/sealing.ts'
import { createLogger } from '../ops/logging/create-logger.ts'
import { personalFieldNames } from '../ops/logging/redaction.ts'
import { createPhotoCipher } from '../gate/photos/photo-repository.ts'
import { openServerData } from '../open-data.ts'
import type { ServerData } from '../open-data.ts'
import { createSocietyWatch } from './society-watch.ts'
import type { SocietyWatch } from './society-watch.ts'
import { readRawRows } from '../storage/mongo/raw-rows.ts'
import { writeTestSociety } from './test-society.ts'
import type { TestSociety } from './test-society.ts'

export interface TestServer {
  readonly app: FastifyInstance
  readonly database: ServerData
  readonly databaseName: string
  readonly clock: { now: number }
  readonly adminKey: string
  readonly log: string[]
  readonly lotus: TestSociety
  readonly palm: TestSociety
  /** Has checked every MongoDB command of this server; `close` rejects when one named no society. */
  readonly watch: SocietyWatch
  close(): Promise<void>
}

export interface TestDevice {
  readonly deviceId: string
  readonly secret: string
  readonly society: TestSociety
  readonly headers: Readonly<Record<string, string>>
}

export const testSealingKeys: SealingKeys = [randomBytes(32)]

export const randomDatabaseName = (): string => `chowki_test_${randomBytes(6).toString('hex')}`

export async function startTestServer(changes: Partial<AppParts> = {}): Promise<TestServer> {
  const databaseName = randomDatabaseName()
  const watch = createSocietyWatch()
  const clock = { now: Date.UTC(2026, 7, 15, 4, 30) }
  const database = await openServerData({
    url: mongodbTestUrl(),
    name: databaseName,
    onListenerError: () => undefined,
    sealingKeys: testSealingKeys,
    now: () => clock.now,
    onCommand: watch.see,
  })
  await database.setUp()
  const log: string[] = []
  const adminKey = randomBytes(32).toString('base64')
  const app = await buildApp({
    ...database,
    logger: createTestLogger(log),
    now: () => clock.now,
    cipher: createPhotoCipher([randomBytes(32)]),
    adminKey,
    pingDatabase: database.ping,
    kioskFolder: null,
    trustedProxies: [],
    connectionsMax: 100,
    ...changes,
  })
  const lotus = await writeTestSociety(database.records, 'Lotus Heights', clock.now)
  const palm = await writeTestSociety(database.records, 'Palm Grove', clock.now)
  const close = async (): Promise<void> => {
    await app.close()
    await database.drop()
    await database.close()
    refuseSocietyless(watch)
  }
  return { app, database, databaseName, clock, adminKey, log, lotus, palm, watch, close }
}

/** P6: whatever a test made the server do. */
export function refuseSocietyless({ violations }: SocietyWatch): void {
  if (violations.size > 0) throw new Error(`Commands that name no society:\n${[...violations].join('\n')}`)
}

function createTestLogger(lines: string[]) {
  const personalNames = personalFieldNames(Object.values(collections).map(({ schema }) => schema))
  return createLogger({ level: 'trace', personalNames }, { write: (line: string) => void lines.push(line) })
}

export async function issueCode(server: TestServer, society: TestSociety): Promise<string> {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/enrolment-codes',
    headers: { authorization: `Bearer ${server.adminKey}` },
    payload: { societyId: society.societyId, gateId: society.gateId, deviceName: 'Desk 1' },
  })
  if (answer.statusCode !== 200) throw new Error(`no code: ${answer.body}`)
  return answer.json<{ code: string }>().code
}

export const newSecret = (): string => newDevice().secret

let addressCount = 0
/** A new address for each enrolment, so that tests do not share a rate limit. */
const nextAddress = (): string => `10.0.${Math.floor(++addressCount / 250)}.${addressCount % 250}`

export const enrol = (server: TestServer, payload: object, remoteAddress = nextAddress()) =>
  server.app.inject({ method: 'POST', url: '/api/enrol', payload, remoteAddress })

export async function enrolDevice(server: TestServer, society: TestSociety): Promise<TestDevice> {
  const { deviceId, secret } = newDevice()
  const code = await issueCode(server, society)
  const answer = await enrol(server, { code, deviceId, secret, deviceName: 'Desk 1' })
  if (answer.statusCode !== 200) throw new Error(`not enrolled: ${answer.body}`)
  const token = deviceToken({ societyId: society.societyId, deviceId, secret })
  return { deviceId, secret, society, headers: deviceHeaders(token) }
}

export const revoke = (server: TestServer, { societyId }: TestSociety, deviceId: string) =>
  server.app.inject({
    method: 'POST',
    url: `/api/devices/${deviceId}/revoke`,
    headers: { authorization: `Bearer ${server.adminKey}` },
    payload: { societyId },
  })

export const as = (device: TestDevice, options: InjectOptions): InjectOptions => ({
  ...options,
  headers: { ...options.headers, ...device.headers },
})

export const errorOf = (answer: { json: () => unknown }) =>
  (answer.json() as { error: { code: string; field?: string; remedy: string; retryAfterMs?: number } }).error

export const rawRows = (server: TestServer, collection: string) =>
  readRawRows(mongodbTestUrl(), server.databaseName, collection)
