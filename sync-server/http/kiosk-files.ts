/**
 * The built kiosk for a browser on this machine, where there is no display for Electron. The page gets the same
 * strength of policy as in Electron. Only from loopback: over plain HTTP from elsewhere a browser would neither give it
 * a camera nor WebCrypto, and the kiosk's key would rest on a machine that nobody enrolled.
 */
import { fastifyStatic } from '@fastify/static'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendError } from './answers.ts'

export const kioskPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const pageHeaders = {
  'content-security-policy': kioskPolicy,
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), usb=(), serial=()',
  'cross-origin-opener-policy': 'same-origin',
} as const

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

export async function kioskFiles(app: FastifyInstance, { folder }: { folder: string }): Promise<void> {
  app.addHook('onRequest', onlyFromLoopback)
  app.addHook('onSend', async (_request, reply) => {
    reply.headers(pageHeaders)
  })
  // Vite names its assets by content; index.html names the assets, so it must be asked for each time.
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    schemaHide: true,
    cacheControl: false,
    setHeaders: (reply, file) => {
      const isNamedByContent = /[\\/]assets[\\/]/.test(file)
      reply.header('cache-control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.get('/*', { schema: { hide: true } }, async (request, reply) => {
    if (isPage(request)) return reply.header('cache-control', 'no-cache').sendFile('index.html')
    return sendError(reply, chowkiError('not_found'))
  })
}

/** An address inside the kiosk: not the API's, and no file that is missing. */
function isPage(request: FastifyRequest): boolean {
  const [address = ''] = request.url.split('?')
  return !address.startsWith('/api') && !/\.[a-z0-9]+$/i.test(address)
}

/** A proxy on this machine speaks for others: its own address proves nothing. */
const isForwarded = ({ headers }: FastifyRequest): boolean =>
  ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined)

/**
 * The name is checked too: a web page elsewhere whose name was pointed at this machine (DNS rebinding) must not
 * be served from here.
 */
async function onlyFromLoopback(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  // An unknown address of the API is unknown, not forbidden.
  if (request.url.startsWith('/api/')) return undefined
  const isLocalName = /^(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?$/.test(request.headers.host ?? '')
  if (loopback.has(request.ip) && isLocalName && !isForwarded(request)) return undefined
  return sendError(
    reply,
    chowkiError('forbidden', {
      message: 'The kiosk’s page is served to a browser on the server’s own machine only.',
    }),
  )
}
