import type { OutgoingHttpHeaders } from 'node:http'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import {
  limits,
  pullRequestSchema,
  pushRequestSchema,
  reconcileRequestSchema,
} from '@chowki/shared/protocol/messages.ts'
import type {
  PullRequest,
  PullResponse,
  PushRequest,
  ReconcileRequest,
  ReconcileResponse,
} from '@chowki/shared/protocol/messages.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RequestRefused } from '../../http/errors.ts'
import type { SyncStorage } from '../../storage/storage.ts'
import type { ReplicatedCollection } from '../replicated-collection.ts'
import type { NudgeHub } from './nudges.ts'
import { offersReconcile, toPushResponse } from './protocol-versions.ts'
import type { ProtocolVersion } from './protocol-versions.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { reconcile } from './reconcile.ts'

export interface SyncCaller {
  readonly partition: string
  readonly source: string
  readonly protocol: ProtocolVersion
}

export interface SyncRouteParts {
  readonly storage: SyncStorage
  readonly collections: ReadonlyMap<string, ReplicatedCollection>
  readonly nudgeHub: NudgeHub
  readonly now: () => number
  readonly callerOf: (request: FastifyRequest) => SyncCaller
}

interface CollectionParams {
  readonly collection: string
}

export function addSyncRoutes(app: FastifyInstance, parts: SyncRouteParts): void {
  const { storage, nudgeHub, now, callerOf } = parts
  const contextOf = (request: FastifyRequest<{ Params: CollectionParams }>) => {
    const collection = parts.collections.get(request.params.collection)
    if (!collection) throw new RequestRefused(chowkiError('collection_unknown', { field: 'collection' }))
    return { storage, collection, ...callerOf(request) }
  }
  const post = <Body>(
    path: string,
    body: object,
    answer: (request: FastifyRequest<{ Params: CollectionParams; Body: Body }>) => Promise<object>,
  ) =>
    app.post<{ Params: CollectionParams; Body: Body }>(
      `/:collection/${path}`,
      { schema: { body }, bodyLimit: limits.bodyBytesMax, config: { compressed: true } },
      answer,
    )

  post<PullRequest>('pull', pullRequestSchema, async (request): Promise<PullResponse> => ({
    ...orRefuse(await pull(contextOf(request), request.body)),
    serverTime: now(),
  }))

  post<PushRequest>('push', pushRequestSchema, async (request) => {
    const context = contextOf(request)
    const results = orRefuse(await push({ ...context, now: now() }, request.body))
    return toPushResponse(context.protocol, request.body, results, now())
  })

  post<ReconcileRequest>('reconcile', reconcileRequestSchema, async (request): Promise<ReconcileResponse> => {
    const context = contextOf(request)
    if (!offersReconcile[context.protocol]) throw new RequestRefused(chowkiError('protocol_unsupported'))
    return { ...orRefuse(await reconcile(context, request.body)), serverTime: now() }
  })

  app.get('/nudges', (request, reply) => {
    const { partition, source } = callerOf(request)
    openStream(request, reply)
    nudgeHub.connect(partition, source, reply.raw)
  })
}

function openStream(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack()
  request.raw.socket.setNoDelay(true)
  request.raw.socket.setKeepAlive(true, 30_000)
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // nginx would hold nudges back to fill its buffer.
    'x-accel-buffering': 'no',
  })
}

function orRefuse<T>(result: Result<T, ChowkiError>): T {
  if (!result.ok) throw new RequestRefused(result.error)
  return result.value
}
