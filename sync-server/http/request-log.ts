import type { FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'

/**
 * One line for each answer. The route's pattern stands for the address: a real path can hold an id, and a query,
 * a body or a header can hold a person.
 */
export const requestLog = fastifyPlugin(
  async (app: FastifyInstance) => {
    // What a person reports with a failure, and finds in the log.
    app.addHook('onRequest', async (request, reply) => {
      reply.header('x-request-id', request.id)
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
  },
  { name: 'request-log' },
)
