/** Sync servers in memory: the real plugin and its routes, over one storage that they share. */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Followers } from '../../followers/start-followers.ts'
import { readBodies } from '../../http/bodies.ts'
import { answerErrors } from '../../http/answers.ts'
import type { SyncStorage } from '../../storage/storage.ts'
import { createNudgeHub } from '../../sync/server/nudges.ts'
import type { NudgeHub, NudgeResponse } from '../../sync/server/nudges.ts'
import { syncPlugin } from '../../sync/server/sync-plugin.ts'
import type { SyncIdentity } from '../../sync/server/sync-plugin.ts'
import type { ReplicatedCollection } from '../../sync/replicated-collection.ts'
import type { Process, VirtualTime } from './virtual-time.ts'

export interface Answer {
  readonly status: number
  readonly body: string
}

export interface SimulatedServer {
  readonly process: Process
  readonly isUp: boolean
  /** How often it has started. */
  readonly lives: number
  /** Rejects when it dies before it has answered. */
  post(path: string, headers: Record<string, string>, body: string): Promise<Answer>
  /** False when the credentials are not good, or the server is down. */
  openNudges(authorization: string, stream: NudgeResponse): boolean
  disconnect(partition: string, source: string): void
  start(): Promise<void>
  /** At once, in the middle of whatever it does. */
  kill(): void
}

export interface ServerParts {
  readonly index: number
  readonly time: VirtualTime
  readonly storage: SyncStorage
  readonly collections: readonly ReplicatedCollection[]
  readonly followers?: () => Followers
  /** By what the authorisation header says. */
  readonly identify: (authorization: string) => SyncIdentity | undefined
}

interface Life {
  readonly app: FastifyInstance
  readonly hub: NudgeHub
  readonly streams: Set<NudgeResponse>
  readonly died: Promise<never>
  readonly die: () => void
}

export function createSimulatedServer(parts: ServerParts): SimulatedServer {
  const process: Process = { name: `server${parts.index}`, skewMs: 0 }
  let life: Life | undefined
  let lives = 0

  return {
    process,
    get lives() {
      return lives
    },
    get isUp() {
      return life !== undefined
    },
    async start() {
      if (life) return
      lives += 1
      life = await parts.time.run(process, () => startLife(parts))
    },
    kill() {
      life?.die()
      life = undefined
    },
    async post(url, headers, payload) {
      const running = life
      if (!running) throw new Error('connection refused')
      const answering = parts.time.run(process, () =>
        running.app.inject({ method: 'POST', url, headers, payload }),
      )
      const answer = await Promise.race([answering, running.died])
      return { status: answer.statusCode, body: answer.body }
    },
    openNudges(authorization, stream) {
      const identity = parts.identify(authorization)
      const running = life
      if (!identity || !running) return false
      running.streams.add(stream)
      parts.time.run(process, () => running.hub.connect(identity.partition, identity.source, stream))
      return true
    },
    disconnect: (partition, source) => life?.hub.disconnect(partition, source),
  }
}

async function startLife(parts: ServerParts): Promise<Life> {
  const hub = createNudgeHub()
  const streams = new Set<NudgeResponse>()
  const { promise: died, reject } = Promise.withResolvers<never>()
  // Raced by each request, where it is thrown.
  died.catch(() => undefined)
  const app = Fastify({ logger: false, forceCloseConnections: true })
  answerErrors(app)
  readBodies(app)
  await app.register(syncPlugin, {
    prefix: '/api/sync',
    storage: parts.storage,
    collections: parts.collections,
    now: Date.now,
    nudgeHub: hub,
    authenticate: async (request) => {
      const identity = parts.identify(request.headers.authorization ?? '')
      return identity ? ok(identity) : err(chowkiError('device_revoked'))
    },
  })
  await app.ready()
  const followers = parts.followers?.()
  return {
    app,
    hub,
    streams,
    died,
    die() {
      for (const stream of streams) stream.destroy()
      reject(new Error('the server died'))
      // Its last batch may still come to its end, as with a transaction that was under way.
      void followers?.stop().catch(() => undefined)
      // It is dead: how it closes matters to nobody.
      void app.close().catch(() => undefined)
    },
  }
}
