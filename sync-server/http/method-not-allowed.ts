/** An address that exists answers a wrong method with 405 and what it allows, rather than denying that it exists. */
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { FastifyInstance, FastifySchema, HTTPMethods } from 'fastify'
import { sendError } from './answers.ts'

type RoutedMethods = ReadonlyMap<string, ReadonlySet<HTTPMethods>>
type RoutedSchemas = ReadonlyMap<string, FastifySchema>

/** Every address of the API with its methods, as routed: what a test of all routes goes by. */
export const apiRoutesOf = (app: FastifyInstance): RoutedMethods =>
  app.getDecorator<RoutedMethods>('apiRoutes')

/** What each address takes, by method and address: `POST /api/enrol`. */
export const apiSchemasOf = (app: FastifyInstance): RoutedSchemas =>
  app.getDecorator<RoutedSchemas>('apiSchemas')

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Call before the first route is added; the returned function after the last one. */
export function collectMethods(app: FastifyInstance): () => void {
  const allowedByUrl = new Map<string, Set<HTTPMethods>>()
  const schemas = new Map<string, FastifySchema>()
  app.decorate('apiRoutes', allowedByUrl)
  app.decorate('apiSchemas', schemas)
  let isSealed = false
  app.addHook('onRoute', ({ url, method, schema }) => {
    const allowed = allowedByUrl.get(url) ?? new Set<HTTPMethods>()
    if (isSealed) return
    for (const one of [method].flat()) {
      allowed.add(one as HTTPMethods)
      schemas.set(`${one} ${url}`, schema ?? {})
    }
    allowedByUrl.set(url, allowed)
  })
  return () => {
    isSealed = true
    for (const [url, allowed] of [...allowedByUrl]) {
      const others = methods.filter((method) => !allowed.has(method))
      if (others.length === 0 || !url.startsWith('/api/')) continue
      const allow = [...allowed].join(', ')
      app.route({
        method: others,
        url,
        schema: { hide: true },
        // Before the body is read: its type and size no longer matter.
        onRequest: async (_request, reply) =>
          sendError(reply.header('allow', allow), chowkiError('method_not_allowed')),
        handler: async (_request, reply) => reply,
      })
    }
  }
}
