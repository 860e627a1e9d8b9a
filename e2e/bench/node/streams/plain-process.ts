/** The raw limit: Node's HTTP server alone, which holds streams open and writes one line to all of a group. */
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const groups = new Map<string, ServerResponse[]>()

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://plain')
  const group = searchParams.get('group') ?? ''
  if (pathname === '/nudge') {
    for (const stream of groups.get(group) ?? []) stream.write('event: nudge\ndata: {}\n\n')
    response.end()
    return
  }
  request.socket.setNoDelay(true)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('retry: 1000\n\n')
  const streams = groups.get(group) ?? []
  streams.push(response)
  groups.set(group, streams)
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('disconnect', () => process.exit())
