/**
 * JSON bodies of the routes outside replication. Fastify's own parser turns bytes that are no UTF-8 into U+FFFD, so a
 * name would be stored as something nobody wrote, and it takes no notice of a declared compression.
 */
import { isUtf8 } from 'node:buffer'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { RequestRefused } from './request-validation.ts'

export const jsonBodies = fastifyPlugin(
  async (app: FastifyInstance) => {
    // Refuses `__proto__` and `constructor.prototype` keys, which a careless copy would obey.
    const parseJson = app.getDefaultJsonParser('error', 'error')
    app.removeAllContentTypeParsers()
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer' },
      async (request: FastifyRequest, body: Buffer) => {
        refuseCompression(request)
        if (!isUtf8(body)) throw notReadable('It is not UTF-8.')
        return new Promise((resolve, reject) => {
          void parseJson(request, body.toString('utf8'), (error, value) =>
            error ? reject(notReadable('It is no JSON.')) : resolve(value),
          )
        })
      },
    )
  },
  { name: 'json-bodies' },
)

/** Only replication takes compressed bodies. */
export function refuseCompression({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding']
  if (encoding === undefined || encoding === 'identity') return
  throw new RequestRefused(
    chowkiError('media_type_unsupported', { field: 'content-encoding', message: 'Send it uncompressed.' }),
  )
}

const notReadable = (message: string) =>
  new RequestRefused(chowkiError('invalid_request', { field: 'body', message }))
