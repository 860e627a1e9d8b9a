import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** The port if a server can listen on it, else null; 0 asks for any free port. */
export const listenablePort = (port: number, host = '127.0.0.1'): Promise<number | null> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen(port, host, () => {
      const { port: found } = server.address() as AddressInfo
      server.close(() => resolve(found))
    })
  })
