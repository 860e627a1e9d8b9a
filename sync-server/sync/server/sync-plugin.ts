/**
 * The sync routes as one Fastify plugin:
 *
 *     app.register(syncPlugin, { prefix: '/api/sync', storage, collections, authenticate, now })
 *
 * The app must have `answerErrors` and `readBodies` of `http/`: how bodies are read and failures answered is theirs.
 */
import type { OutgoingHttpHeaders } from 'node:http'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import {
  acceptedProtocolVersions,
  limits,
  protocolHeader,
  protocolVersion,
  pullRequestSchema,
  pushRequestSchema,
  reconcileRequestSchema,
} from '@chowki/shared/protocol/messages.ts'
import type {
  PullRequest,
  PullResponse,
  PushRequest,
  PushResponse,
  PushResponseV1,
  PushResult,
  ReconcileRequest,
  ReconcileResponse,
  WireDocument,
} from '@chowki/shared/protocol/messages.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RequestRefused } from '../../http/answers.ts'
import type { SyncStorage } from '../../storage/storage.ts'
import type { ReplicatedCollection } from '../replicated-collection.ts'
import { createNudgeHub } from './nudges.ts'
import type { NudgeHub } from './nudges.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { reconcile } from './reconcile.ts'

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

type ProtocolVersion = 1 | 2

interface SyncCaller extends SyncIdentity {
  readonly protocol: ProtocolVersion
}

interface CollectionParams {
  readonly collection: string
}

export async function syncPlugin(app: FastifyInstance, options: SyncPluginOptions): Promise<void> {
  const { nudgeHub = createNudgeHub() } = options
  const callerOf = authenticateFirst(app, options)
  addDocumentRoutes(app, options, callerOf)
  publishCommits(app, options, nudgeHub)
  app.get('/nudges', (request, reply) => {
    const { partition, source } = callerOf(request)
    openStream(request, reply)
    nudgeHub.connect(partition, source, reply.raw)
  })
}

/** Before the body is read: a stranger cannot make the server parse anything. */
function authenticateFirst(app: FastifyInstance, { authenticate }: SyncPluginOptions) {
  const callers = new WeakMap<FastifyRequest, SyncCaller>()
  app.addHook('onRequest', async (request, reply) => {
    reply.header(protocolHeader, protocolVersion)
    const identity = orRefuse(await authenticate(request))
    const protocol = readProtocolVersion(request.headers[protocolHeader])
    if (protocol === undefined) {
      throw new RequestRefused(chowkiError('protocol_unsupported', { field: protocolHeader }))
    }
    callers.set(request, { ...identity, protocol })
  })
  return (request: FastifyRequest): SyncCaller => {
    const caller = callers.get(request)
    if (!caller) throw new Error('a sync route ran without its caller')
    return caller
  }
}

function addDocumentRoutes(
  app: FastifyInstance,
  { storage, collections, now }: SyncPluginOptions,
  callerOf: (request: FastifyRequest) => SyncCaller,
): void {
  const collectionsByName = new Map(collections.map((collection) => [collection.name, collection]))
  const contextOf = (request: FastifyRequest<{ Params: CollectionParams }>) => {
    const collection = collectionsByName.get(request.params.collection)
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
}

function publishCommits(app: FastifyInstance, options: SyncPluginOptions, nudgeHub: NudgeHub): void {
  const names = new Set(options.collections.map(({ name }) => name))
  const stopListening = options.storage.onCommit((partition, changed, writer) => {
    const replicated = changed.filter((name) => names.has(name))
    if (replicated.length > 0) nudgeHub.publish(partition, replicated, writer)
  })
  // Open streams would keep the server from closing.
  app.addHook('preClose', async () => nudgeHub.close())
  app.addHook('onClose', async () => stopListening())
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

/** What follows is all that the versions of the protocol differ in; the rest of the server speaks the newest. */
function readProtocolVersion(header: string | string[] | undefined): ProtocolVersion | undefined {
  if (typeof header !== 'string' || !/^[0-9]{1,4}$/.test(header)) return undefined
  const version = Number(header)
  return acceptedProtocolVersions.includes(version) ? (version as ProtocolVersion) : undefined
}

/** Whether a route exists in a version. */
const offersReconcile: Readonly<Record<ProtocolVersion, boolean>> = { 1: false, 2: true }

function toPushResponse(
  version: ProtocolVersion,
  request: PushRequest,
  results: PushResult[],
  serverTime: number,
): PushResponse | PushResponseV1 {
  if (version === 2) return { results, serverTime }
  const conflicts: WireDocument[] = []
  const rejected: { id: string; code: string }[] = []
  for (const [index, result] of results.entries()) {
    const id: unknown = request.rows[index]?.newDocumentState._id
    if (result.status === 'conflict') conflicts.push(result.document)
    if (result.status === 'quarantined') {
      rejected.push({ id: typeof id === 'string' ? id : '', code: result.error.code })
    }
  }
  return { conflicts, rejected, serverTime }
}
