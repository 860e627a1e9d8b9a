/** The real plugin on a real port, over whichever storage is given; made of a collection that has every feature. */
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import { checkAgainst } from '@chowki/shared/projections/validate.ts'
import { protocolHeader } from '@chowki/shared/protocol/messages.ts'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { readBodies } from '../../http/bodies.ts'
import { answerErrors } from '../../http/answers.ts'
import type { SyncStorage } from '../../storage/storage.ts'
import type { Fields, ReplicatedCollection } from '../../sync/replicated-collection.ts'
import { createNudgeHub } from '../../sync/server/nudges.ts'
import type { NudgeTiming } from '../../sync/server/nudges.ts'
import { syncPlugin } from '../../sync/server/sync-plugin.ts'

const hexId = Type.String({ pattern: '^[0-9a-f]{24}$' })
const noteSchema = Type.Object(
  {
    _id: hexId,
    ownerId: hexId,
    updatedAt: Type.Number(),
    text: Type.String({ maxLength: 200 }),
    tags: Type.Optional(Type.Array(Type.String(), { maxItems: 20 })),
    body: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)

export const notesLayout = {
  name: 'notes',
  partitionField: 'ownerId',
  bsonPaths: [
    { path: ['_id'], bson: 'objectId' },
    { path: ['ownerId'], bson: 'objectId' },
    { path: ['updatedAt'], bson: 'date' },
    { path: ['arrivedAt'], bson: 'date' },
  ],
} as const

/** `arrivedAt` is the server's, `secret` is never seen by a replica. */
export const notes: ReplicatedCollection = {
  name: 'notes',
  version: 0,
  partitionField: 'ownerId',
  writable: true,
  replicaDeletes: false,
  serverOwned: ['arrivedAt'],
  withheld: ['secret'],
  validate: judgeNote,
  stamp: (document, { now, previous }) => (previous ? document : { ...document, arrivedAt: now }),
}

function judgeNote(document: Fields, partition: string) {
  if (document['ownerId'] !== partition) return err(chowkiError('forbidden', { field: 'ownerId' }))
  const valid = checkAgainst(noteSchema, document)
  return valid.ok ? ok(true as const) : err(chowkiError('invalid_document', valid.error))
}

export interface SyncTestServer {
  readonly url: string
  /** `fetch` to this server with the caller's credentials. */
  requestAs(partition: string, source?: string): (path: string, init?: RequestInit) => Promise<Response>
  /** Sends a body of the newest protocol and gives back status and answer. */
  postAs(
    partition: string,
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<PostedAnswer>
  stop(): Promise<void>
  /** Closes every socket at once, as a crash does. */
  crash(): Promise<void>
}

export interface PostedAnswer {
  readonly status: number
  // A test knows which answer it asked for.
  readonly body: Record<string, never> & { error: { code: string; field?: string; message: string } }
}

export interface TestServerOptions {
  readonly storage: SyncStorage
  readonly collections?: readonly ReplicatedCollection[]
  readonly now?: () => number
  readonly nudgeTiming?: NudgeTiming
  readonly port?: number
}

async function buildApp(options: TestServerOptions): Promise<FastifyInstance> {
  const { storage, collections = [notes], now = Date.now, nudgeTiming } = options
  const app = Fastify({ logger: false, forceCloseConnections: true })
  answerErrors(app)
  readBodies(app)
  await app.register(syncPlugin, {
    prefix: '/api/sync',
    storage,
    collections,
    now,
    ...(nudgeTiming ? { nudgeHub: createNudgeHub(nudgeTiming) } : {}),
    authenticate: async (request) => {
      const [, partition, source] =
        /^Bearer ([0-9a-f]{24})\.(\w+)$/.exec(request.headers.authorization ?? '') ?? []
      return partition && source ? ok({ partition, source }) : err(chowkiError('unauthenticated'))
    },
  })
  return app
}

export async function startSyncTestServer(options: TestServerOptions): Promise<SyncTestServer> {
  const app = await buildApp(options)
  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`

  const requestAs: SyncTestServer['requestAs'] =
    (partition, source = 'tester') =>
    (path, init = {}) => {
      const headers = new Headers(init.headers)
      headers.set('authorization', `Bearer ${partition}.${source}`)
      return fetch(url + path, { ...init, headers })
    }
  return {
    url,
    requestAs,
    async postAs(partition, path, body, headers = {}) {
      const response = await requestAs(partition)(`/api/sync/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [protocolHeader]: '2', ...headers },
        body:
          typeof body === 'string' || body instanceof Uint8Array
            ? (body as string | Uint8Array<ArrayBuffer>)
            : JSON.stringify(body),
      })
      return { status: response.status, body: (await response.json()) as PostedAnswer['body'] }
    },
    stop: () => app.close(),
    async crash() {
      const server: Server = app.server
      server.closeAllConnections()
      await app.close()
    },
  }
}
