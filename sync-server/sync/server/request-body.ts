/** Bodies of the sync routes: JSON, gzip'ed or not, bounded before and after inflation. */
import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import { constants, gunzip, gzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import { limits } from '@chowki/shared/protocol/messages.ts'
import { SyncRequestError } from './sync-request-error.ts'

const inflate = promisify(gunzip)
const deflate = promisify<Buffer | string, { level: number }, Buffer>(gzip)
/** What fits one packet takes one packet either way; to shrink it would only cost both sides a millisecond. */
const compressFromBytes = 1400

/** Replaces the parser of this scope only; the rest of the application keeps its own. */
export function readJsonBodies(scope: FastifyInstance): void {
  // Refuses `__proto__` and `constructor.prototype` keys, which a careless copy would obey.
  const parseJson = scope.getDefaultJsonParser('error', 'error')
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: limits.bodyBytesMax },
    async (request: FastifyRequest, body: Buffer) => {
      const bytes = await plainBytes(request.headers['content-encoding'], body)
      // Decoded all the same, they would become U+FFFD: a name that nobody wrote.
      if (!isUtf8(bytes)) throw notUtf8()
      return new Promise((resolve, reject) => {
        void parseJson(request, bytes.toString('utf8'), (error, value) =>
          error ? reject(notJson()) : resolve(value),
        )
      })
    },
  )
}

async function plainBytes(encoding: string | undefined, body: Buffer): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return body
  if (encoding !== 'gzip') {
    throw new SyncRequestError(
      chowkiError('media_type_unsupported', {
        field: 'content-encoding',
        message: 'must be gzip or identity',
      }),
    )
  }
  try {
    // Inflation stops at the bound: a bomb costs no more than the largest honest body.
    return await inflate(body, { maxOutputLength: limits.bodyBytesMax })
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw isTooLarge ? new SyncRequestError(chowkiError('payload_too_large')) : notGzip()
  }
}

const notJson = () =>
  new SyncRequestError(chowkiError('invalid_request', { field: 'body', message: 'must be JSON' }))
const notUtf8 = () =>
  new SyncRequestError(chowkiError('invalid_request', { field: 'body', message: 'must be UTF-8' }))
const notGzip = () =>
  new SyncRequestError(chowkiError('invalid_request', { field: 'body', message: 'must be gzip as declared' }))

/** As `onSend`: pages are text that shrinks to a tenth, and a gate's line is thin. */
export async function compressAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (typeof payload !== 'string' || payload.length < compressFromBytes) return payload
  if (reply.hasHeader('content-encoding') || !acceptsGzip(request.headers['accept-encoding'])) return payload
  reply.header('content-encoding', 'gzip').header('vary', 'accept-encoding').removeHeader('content-length')
  return deflate(payload, { level: constants.Z_BEST_SPEED })
}

const acceptsGzip = (header: string | string[] | undefined) =>
  [header ?? '']
    .flat()
    .some((value) => /(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)/.test(value))
