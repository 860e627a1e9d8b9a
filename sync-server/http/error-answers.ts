/**
 * The one place where a failure becomes an HTTP answer: `{ "error": ChowkiError }`, its status from the table of
 * codes. Messages name the field and the rule, never the value: it may be personal, and it may be another society's.
 */
import { chowkiError, errorDescriptions } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError, ErrorCode } from '@chowki/shared/errors/codes.ts'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { RequestRefused } from './request-validation.ts'

export interface ErrorAnswersOptions {
  readonly isDatabaseUnreachable: (error: unknown) => boolean
}

export function sendError(reply: FastifyReply, error: ChowkiError): FastifyReply {
  if (error.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000))
  return reply.code(errorDescriptions[error.code].status).send({ error })
}

export const errorAnswers = fastifyPlugin<ErrorAnswersOptions>(
  async (app: FastifyInstance, { isDatabaseUnreachable }: ErrorAnswersOptions) => {
    app.setErrorHandler((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      const answer = toChowkiError(error, isDatabaseUnreachable)
      if (answer.code === 'internal') request.log.error({ err: error }, 'request failed')
      if (answer.code === 'server_unavailable') request.log.warn({ err: error }, 'database unreachable')
      return sendError(reply, answer)
    })
    app.setNotFoundHandler((_request, reply) => sendError(reply, chowkiError('not_found')))
  },
  { name: 'error-answers' },
)

/** Fastify's own refusals, by its code. A code that is not here and has a 4xx status is a bad request. */
const fastifyCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
  FST_ERR_NOT_FOUND: 'not_found',
}

function toChowkiError(
  error: FastifyError | RequestRefused,
  isDatabaseUnreachable: (error: unknown) => boolean,
): ChowkiError {
  if (error instanceof RequestRefused) return error.answer
  const known = fastifyCodes[error.code]
  if (known) return chowkiError(known)
  if (error.statusCode === 413) return chowkiError('payload_too_large')
  if (error.statusCode === 415) return chowkiError('media_type_unsupported')
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return chowkiError('invalid_request', {
      field: 'body',
      message: 'The request is no valid JSON over HTTP.',
    })
  }
  return chowkiError(isDatabaseUnreachable(error) ? 'server_unavailable' : 'internal')
}
