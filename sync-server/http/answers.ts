/**
 * What every answer has, whichever route gave it: headers, and one line in the log. And the one place where a failure
 * becomes an answer: `{ "error": ChowkiError }`, its status from the table of codes; below `/api/v1/` a problem of RFC
 * 9457. Messages name the field and the rule, never the value: it may be personal, and it may be another society's.
 */
import { chowkiError, errorDescriptions } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError, ErrorCode } from '@chowki/shared/errors/codes.ts'
import { checkAgainst } from '@chowki/shared/projections/validate.ts'
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import Type from 'typebox'
import type { TObject, TSchema } from 'typebox'
import { StoreUnavailable } from '../storage/storage.ts'
import { isOfResources, sendProblem, toProblem } from './problem.ts'

/** Carries an answer through Fastify's own error path. */
export class RequestRefused extends Error {
  override name = 'RequestRefused'
  readonly answer: ChowkiError

  constructor(answer: ChowkiError) {
    super(answer.message)
    this.answer = answer
  }
}

export function sendError(reply: FastifyReply, error: ChowkiError): FastifyReply {
  if (error.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000))
  if (isOfResources(reply.request.url)) return sendProblem(reply, toProblem(error))
  return reply.code(errorDescriptions[error.code].status).send({ error })
}

/** For all routes of `app`, those of its plugins included. Call before the first one is added. */
export function answerErrors(app: FastifyInstance): void {
  // The same judge as for documents: nothing is coerced, stripped or defaulted, and no value is repeated.
  app.setValidatorCompiler(({ schema, httpPart = 'body' }) => (value: unknown) => {
    const judged = checkAgainst(schema as TSchema, value)
    if (judged.ok) return { value }
    const { field, message } = judged.error
    return {
      error: new RequestRefused(chowkiError('invalid_request', { field: field || httpPart, message })),
    }
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const answer = toChowkiError(error)
    if (answer.code === 'internal') request.log.error({ err: error }, 'request failed')
    if (answer.code === 'server_unavailable') request.log.warn({ err: error }, 'database unreachable')
    return sendError(reply, answer)
  })
  app.setNotFoundHandler((_request, reply) => sendError(reply, chowkiError('not_found')))
}

/** Fastify's own refusals, by its code. A code that is not here and has a 4xx status is a bad request. */
const fastifyCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
  FST_ERR_NOT_FOUND: 'not_found',
}

function toChowkiError(error: FastifyError | RequestRefused | StoreUnavailable): ChowkiError {
  if (error instanceof RequestRefused) return error.answer
  if (error instanceof StoreUnavailable) return chowkiError('server_unavailable')
  const known = fastifyCodes[error.code]
  if (known) return chowkiError(known)
  if (error.statusCode === 413) return chowkiError('payload_too_large')
  if (error.statusCode === 415) return chowkiError('media_type_unsupported')
  const isRefusal = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
  if (!isRefusal) return chowkiError('internal')
  return chowkiError('invalid_request', {
    field: 'body',
    message: 'The request is no valid JSON over HTTP.',
  })
}

const errorSchema = Type.Object({
  error: Type.Object({
    code: Type.String(),
    field: Type.Optional(Type.String()),
    message: Type.String(),
    remedy: Type.String(),
    retryAfterMs: Type.Optional(Type.Number()),
  }),
})

/** For the API description: which codes a route answers with, under their statuses. */
export function errorResponses(...codes: readonly ErrorCode[]): Record<number, TObject> {
  const statuses = [...new Set(codes.map((code) => errorDescriptions[code].status))]
  return Object.fromEntries(
    statuses.map((status) => {
      const causes = codes.filter((code) => errorDescriptions[code].status === status)
      const description = causes.map((code) => `\`${code}\`: ${errorDescriptions[code].cause}`).join(' ')
      return [status, { ...errorSchema, description } as TObject]
    }),
  )
}

/**
 * For answers of the API: they are data, so nothing in them may run, be framed or be kept. Not @fastify/helmet's: its
 * headers are set in a hook, and what `unreadable-requests.ts` refuses never comes to one.
 */
export const securityHeaderValues = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
} as const

/**
 * In the log the route's pattern stands for the address: a real path can hold an id, and a query, a body or a header can
 * hold a person. Call before the first route is added.
 */
export function dressEveryAnswer(app: FastifyInstance): void {
  // At the beginning, so that streams and errors have them too; a route sets its own over them.
  app.addHook('onRequest', async (request, reply) => {
    // The id is what a person reports with a failure, and finds in the log.
    reply.headers({
      ...securityHeaderValues,
      'x-request-id': request.id,
      // By this a desk knows its server from a proxy or a login page that answers in its place.
      [protocolHeader]: protocolVersion,
    })
  })
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'unmatched',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        device: request.device?.deviceId,
      },
      'answered',
    )
  })
}
