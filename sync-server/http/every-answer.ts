/** What every answer has, whichever route gave it: headers, and one line in the log. */
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import type { FastifyInstance } from 'fastify'

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
