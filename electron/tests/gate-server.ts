/** A plain HTTP server in the sync server's place, which records its requests. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface GateServer {
  readonly origin: string
  readonly seen: SeenRequest[]
  /** Nudge streams that are open now. */
  readonly openStreams: () => number
  readonly nudge: (text: string) => void
  readonly close: () => Promise<void>
}

const stop = async (server: Server): Promise<void> => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

export const startGateServer = async (tls?: { key: string; cert: string }): Promise<GateServer> => {
  const seen: SeenRequest[] = []
  const streams = new Set<(text: string) => void>()
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = request.url ?? ''
    seen.push({ method: request.method ?? '', url, headers: request.headers, body: Buffer.concat(chunks) })
    if (url.startsWith('/api/nudges')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const send = (text: string): void => void response.write(`data: ${text}\n\n`)
      streams.add(send)
      response.on('close', () => streams.delete(send))
      send('hello')
      return
    }
    if (url.startsWith('/api/redirect')) {
      response.writeHead(302, { location: '/api/elsewhere' })
      response.end()
      return
    }
    if (url.startsWith('/api/never')) return
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'a=b; Path=/' })
    response.end(JSON.stringify({ bytes: Buffer.concat(chunks).length }))
  }
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    openStreams: () => streams.size,
    nudge: (text) => streams.forEach((send) => send(text)),
    close: () => stop(server),
  }
}
