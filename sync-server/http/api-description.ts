import { fastifySwagger } from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { docsRoutes } from './api-docs.ts'
import { errorResponses } from './answers.ts'

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

/** What a few general routes stand for, described one by one. */
export interface MoreDescription {
  readonly paths: Readonly<Record<string, object>>
  readonly schemas: Readonly<Record<string, object>>
}

/**
 * OpenAPI from the routes' own schemas, with what `more` adds, at `/api/openapi.json`; at `/api/docs` as a page. Register
 * before the routes.
 */
export const apiDescription = fastifyPlugin(
  async (app: FastifyInstance, { more }: { more: MoreDescription }) => {
    await app.register(fastifySwagger, {
      transform: ({ schema, url }) => ({ schema: { ...syncDescriptions[url], ...schema }, url }),
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Chowki sync server',
          version: '1',
          description:
            'Errors of the kiosks’ routes are `{ "error": ChowkiError }`, those below `/api/v1/` are problems of RFC 9457. ' +
            'Ids are 24 hexadecimal digits, times are milliseconds since 1970, money is whole paise.',
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
    let text: string | undefined
    app.get(
      '/api/openapi.json',
      { schema: { hide: true }, config: { compressed: true } },
      async (_request, reply) => {
        text ??= JSON.stringify(withMore(app.swagger() as OpenApi, more))
        return reply.type('application/json').send(text)
      },
    )
    docsRoutes(app)
  },
  { name: 'api-description' },
)

interface OpenApi {
  readonly paths?: object
  readonly components?: { readonly schemas?: object }
}

function withMore(described: OpenApi, { paths, schemas }: MoreDescription): object {
  const { components } = described
  return {
    ...described,
    paths: { ...described.paths, ...paths },
    components: { ...components, schemas: { ...components?.schemas, ...schemas } },
  }
}
