/**
 * Bodies as they come and go: JSON, and where a route says so (`config: compressed`) gzip'ed or not, bounded before and
 * after inflation. Fastify's own parser turns bytes that are no UTF-8 into U+FFFD, so a name would be stored as something
 * nobody wrote, and it takes no notice of a declared compression.
 */
import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import { constants, gunzip, gzip } from 'node:zlib'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RequestRefused } from './answers.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes gzip'ed bodies, and its answers are compressed for whoever takes that. */
    compressed?: boolean
  }
}

const inflate = promisify(gunzip)
const deflate = promisify<Buffer | string, { level: number }, Buffer>(gzip)
/** What fits one packet takes one packet either way; to shrink it would only cost both sides a millisecond. */
const compressFromBytes = 1400

/** For all routes of `app`, those of its plugins included. Call before the first one is added. */
export function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  readJsonAs(app, 'application/json')
  app.addHook('onSend', compressAnswer)
}

/** Bodies of this type are JSON. */
export function readJsonAs(app: FastifyInstance, type: string): void {
  // Refuses `__proto__` and `constructor.prototype` keys, which a careless copy would obey.
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser(type, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    const bytes = await plainBytes(request, body)
    if (!isUtf8(bytes)) throw notReadable('It is not UTF-8.')
    return new Promise((resolve, reject) => {
      void parseJson(request, bytes.toString('utf8'), (error, value) =>
        error ? reject(notReadable('It is no JSON.')) : resolve(value),
      )
    })
  })
}

async function plainBytes(request: FastifyRequest, body: Buffer): Promise<Buffer> {
  if (request.routeOptions.config.compressed !== true || request.headers['content-encoding'] !== 'gzip') {
    refuseCompression(request)
    return body
  }
  try {
    // Inflation stops at the bound: a bomb costs no more than the largest honest body.
    return await inflate(body, { maxOutputLength: request.routeOptions.bodyLimit })
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw isTooLarge
      ? new RequestRefused(chowkiError('payload_too_large'))
      : notReadable('It is not gzip, as declared.')
  }
}

export function refuseCompression({ headers, routeOptions }: FastifyRequest): void {
  const encoding = headers['content-encoding']
  if (encoding === undefined || encoding === 'identity') return
  const message = routeOptions.config.compressed === true ? 'Send gzip or identity.' : 'Send it uncompressed.'
  throw new RequestRefused(chowkiError('media_type_unsupported', { field: 'content-encoding', message }))
}

const notReadable = (message: string) =>
  new RequestRefused(chowkiError('invalid_request', { field: 'body', message }))

/** Pages are text that shrinks to a tenth, and a gate's line is thin. */
async function compressAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (request.routeOptions.config?.compressed !== true) return payload
  if (typeof payload !== 'string' || payload.length < compressFromBytes) return payload
  if (reply.hasHeader('content-encoding') || !acceptsGzip(request.headers['accept-encoding'])) return payload
  reply.header('content-encoding', 'gzip').header('vary', 'accept-encoding').removeHeader('content-length')
  return deflate(payload, { level: constants.Z_BEST_SPEED })
}

const acceptsGzip = (header: string | string[] | undefined) =>
  [header ?? '']
    .flat()
    .some((value) => /(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)/.test(value))
