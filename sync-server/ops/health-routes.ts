import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { errorResponses, sendError } from '../http/answers.ts'

export interface HealthParts {
  /** Rejects when the database does not answer. */
  readonly pingDatabase: () => Promise<void>
  readonly now: () => number
}

const healthSchema = Type.Object({
  status: Type.Literal('ready'),
  serverTime: Type.Integer({ description: 'Epoch milliseconds by the server’s clock.' }),
})
const liveSchema = Type.Object({ status: Type.Literal('live') })

export function healthRoutes(app: FastifyInstance, { pingDatabase, now }: HealthParts): void {
  app.get(
    '/api/health/live',
    { schema: { summary: 'The process answers', tags: ['health'], response: { 200: liveSchema } } },
    async () => ({ status: 'live' }),
  )
  app.get(
    '/api/health',
    {
      schema: {
        summary: 'The server and its database answer',
        tags: ['health'],
        response: { 200: healthSchema, ...errorResponses('server_unavailable') },
      },
    },
    async (request, reply) => {
      try {
        await pingDatabase()
      } catch (error) {
        request.log.warn({ err: error }, 'the database does not answer')
        return sendError(reply, chowkiError('server_unavailable'))
      }
      return { status: 'ready', serverTime: now() }
    },
  )
}
