/**
 * The sync routes as one Fastify plugin:
 *
 *     app.register(syncPlugin, { prefix: '/api/sync', storage, collections, authenticate, now })
 *
 * The app must have `answerErrors` and `readBodies` of `http/`: how bodies are read and failures answered is theirs.
 */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { RequestRefused } from '../../http/errors.ts'
import type { SyncStorage } from '../../storage/storage.ts'
import type { ReplicatedCollection } from '../replicated-collection.ts'
import { createNudgeHub } from './nudges.ts'
import type { NudgeHub } from './nudges.ts'
import { readProtocolVersion } from './protocol-versions.ts'
import { addSyncRoutes } from './sync-routes.ts'
import type { SyncCaller } from './sync-routes.ts'

export interface SyncIdentity {
  /** All that the caller may see or write. */
  readonly partition: string
  /** Who it is, e.g. a device id: goes into stamps and quarantine. */
  readonly source: string
}

export interface SyncPluginOptions {
  readonly storage: SyncStorage
  readonly collections: readonly ReplicatedCollection[]
  /** Called before the body is read. */
  readonly authenticate: (request: FastifyRequest) => Promise<Result<SyncIdentity, ChowkiError>>
  /** Epoch milliseconds. */
  readonly now: () => number
  /** To end the streams of a revoked device from outside; made here if it is not given. Closed with the app. */
  readonly nudgeHub?: NudgeHub
}

export async function syncPlugin(app: FastifyInstance, options: SyncPluginOptions): Promise<void> {
  const { storage, authenticate, nudgeHub = createNudgeHub() } = options
  const collections = new Map(options.collections.map((collection) => [collection.name, collection]))
  const callers = new WeakMap<FastifyRequest, SyncCaller>()

  // Before the body is read: a stranger cannot make the server parse anything.
  app.addHook('onRequest', async (request, reply) => {
    reply.header(protocolHeader, protocolVersion)
    const identity = await authenticate(request)
    if (!identity.ok) throw new RequestRefused(identity.error)
    const protocol = readProtocolVersion(request.headers[protocolHeader])
    if (protocol === undefined) {
      throw new RequestRefused(chowkiError('protocol_unsupported', { field: protocolHeader }))
    }
    callers.set(request, { ...identity.value, protocol })
  })

  const stopListening = storage.onCommit((partition, changed, writer) => {
    const replicated = changed.filter((name) => collections.has(name))
    if (replicated.length > 0) nudgeHub.publish(partition, replicated, writer)
  })
  // Open streams would keep the server from closing.
  app.addHook('preClose', async () => nudgeHub.close())
  app.addHook('onClose', async () => stopListening())
  addSyncRoutes(app, {
    storage,
    collections,
    nudgeHub,
    now: options.now,
    callerOf: (request) => {
      const caller = callers.get(request)
      if (!caller) throw new Error('a sync route ran without its caller')
      return caller
    },
  })
}
