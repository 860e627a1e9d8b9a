import type { FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'

/** For answers of the API: they are data, so nothing in them may run, be framed or be kept. */
export const securityHeaderValues = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
} as const

/** At the beginning, so that streams and errors carry them too; a route sets its own over them. */
export const securityHeaders = fastifyPlugin(
  async (app: FastifyInstance) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers(securityHeaderValues)
    })
  },
  { name: 'security-headers' },
)
