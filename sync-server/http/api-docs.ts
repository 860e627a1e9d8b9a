/**
 * The description as a page, by Scalar. Its script comes from this server, and the page's policy lets nothing else be
 * loaded or asked: whoever tries a request there types a key.
 */
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'

export const docsScriptAddress = '/api/docs/scalar.js'

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  // Scalar sets styles on elements.
  "style-src 'self' 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Without what Scalar offers by hosts of its own. */
const configuration = {
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  persistAuth: false,
}

const attribute = (value: object) => JSON.stringify(value).replaceAll('&', '&amp;').replaceAll('"', '&quot;')

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Chowki API</title>
  </head>
  <body>
    <script id="api-reference" data-url="/api/openapi.json" data-configuration="${attribute(configuration)}"></script>
    <script src="${docsScriptAddress}"></script>
  </body>
</html>
`

export function docsRoutes(app: FastifyInstance): void {
  let script: Promise<string> | undefined
  app.get('/api/docs', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page),
  )
  app.get(
    docsScriptAddress,
    { schema: { hide: true }, config: { compressed: true } },
    async (_request, reply) => {
      script ??= readScript()
      const text = await script
      return reply.type('text/javascript; charset=utf-8').send(text)
    },
  )
}

/** The package gives its script by a route only; its own page has a script within, which the policy above refuses. */
async function readScript(): Promise<string> {
  const { default: scalar } = await import('@scalar/fastify-api-reference')
  const shelf = Fastify()
  await shelf.register(scalar, { routePrefix: '/docs', configuration: { url: '/api/openapi.json' } })
  return (await shelf.inject('/docs/js/scalar.js')).body
}
