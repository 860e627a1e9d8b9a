import { fastifySwagger } from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { errorResponses } from './errors.ts'

/** The sync routes are generic and know nothing of Chowki's descriptions. */
const syncDescriptions: Readonly<Record<string, FastifySchema>> = Object.fromEntries(
  Object.entries({
    '/api/sync/:collection/pull': 'The next page of changes after a checkpoint',
    '/api/sync/:collection/push': 'Send records; each row is answered for itself',
    '/api/sync/:collection/reconcile': 'Which records the server lacks or holds otherwise',
    '/api/sync/nudges': 'Server-sent events that name collections which changed',
  }).map(([url, summary]) => [url, describeSync(summary)]),
)

function describeSync(summary: string): FastifySchema {
  const refusals = errorResponses(
    'invalid_request',
    'unauthenticated',
    'device_revoked',
    'collection_unknown',
    'checkpoint_unknown',
    'payload_too_large',
    'protocol_unsupported',
    'schema_unsupported',
    'server_unavailable',
  )
  return { summary, tags: ['sync'], security: [{ device: [] }], response: refusals }
}

/** OpenAPI from the routes' own schemas, at `/api/openapi.json`. Register before the routes. */
export const apiDescription = fastifyPlugin(
  async (app: FastifyInstance) => {
    await app.register(fastifySwagger, {
      transform: ({ schema, url }) => ({ schema: { ...syncDescriptions[url], ...schema }, url }),
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Chowki sync server',
          version: '1',
          description: 'Errors are `{ "error": ChowkiError }`.',
        },
        components: {
          securitySchemes: {
            device: {
              type: 'http',
              scheme: 'bearer',
              description: '`v2.<societyId>.<deviceId>.<secret>` of an enrolled kiosk',
            },
            adminKey: { type: 'http', scheme: 'bearer', description: 'The admin key of the server' },
          },
        },
      },
    })
    app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  },
  { name: 'api-description' },
)
