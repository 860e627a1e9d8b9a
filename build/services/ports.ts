import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** Whether a server may listen there; 0 asks for any. Gives the port, or null when it is taken. */
export const listenablePort = (port: number, host = '127.0.0.1'): Promise<number | null> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen(port, host, () => {
      const { port: found } = server.address() as AddressInfo
      server.close(() => resolve(found))
    })
  })
