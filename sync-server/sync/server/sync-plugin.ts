/**
 * The sync routes as one Fastify plugin:
 *
 *     app.register(syncPlugin, { prefix: '/api/sync', storage, collections, authenticate, now })
 *
 * Whatever it changes of Fastify's behaviour (parser, validator, errors) it changes in its own scope only.
 */
import { chowkiError, errorDescriptions } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { checkAgainst } from '@chowki/shared/projections/validate.ts'
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { StoreUnavailable } from '../../storage/storage.ts'
import type { SyncStorage } from '../../storage/storage.ts'
import type { ReplicatedCollection } from '../replicated-collection.ts'
import { createNudgeHub } from './nudges.ts'
import type { NudgeHub } from './nudges.ts'
import { readProtocolVersion } from './protocol-versions.ts'
import { compressAnswer, readJsonBodies } from './request-body.ts'
import { SyncRequestError } from './sync-request-error.ts'
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

  readJsonBodies(app)
  app.setValidatorCompiler(({ schema }) => validatorOf(schema as TSchema))
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const answer = toAnswer(error)
    if (answer.code === 'internal') request.log.error({ err: error }, 'sync request failed')
    if (answer.code === 'server_unavailable') request.log.warn({ err: error }, 'sync store unavailable')
    return reply.code(errorDescriptions[answer.code].status).send({ error: answer })
  })
  // Before the body is read: a stranger cannot make the server parse anything.
  app.addHook('onRequest', async (request, reply) => {
    reply.header(protocolHeader, protocolVersion)
    const identity = await authenticate(request)
    if (!identity.ok) throw new SyncRequestError(identity.error)
    const protocol = readProtocolVersion(request.headers[protocolHeader])
    if (protocol === undefined) {
      throw new SyncRequestError(chowkiError('protocol_unsupported', { field: protocolHeader }))
    }
    callers.set(request, { ...identity.value, protocol })
  })
  app.addHook('onSend', compressAnswer)

  const stopListening = storage.onCommit(nudgeHub.publish)
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

/** Nothing is coerced and nothing is stripped, whatever the application's own validator does. */
const validatorOf = (schema: TSchema) => (value: unknown) => {
  const judged = checkAgainst(schema, value)
  if (judged.ok) return { value }
  const { field, message } = judged.error
  return { error: new SyncRequestError(chowkiError('invalid_request', { field: field || 'body', message })) }
}

const fastifyCodes: Readonly<Record<string, 'payload_too_large' | 'media_type_unsupported'>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
}

function toAnswer(error: FastifyError | SyncRequestError | StoreUnavailable): ChowkiError {
  if (error instanceof SyncRequestError) return error.answer
  if (error instanceof StoreUnavailable) return chowkiError('server_unavailable')
  const code = fastifyCodes[error.code]
  if (code) return chowkiError(code)
  const isRefusal = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
  return isRefusal
    ? chowkiError('invalid_request', { field: 'body', message: 'must be JSON over HTTP' })
    : chowkiError('internal')
}
