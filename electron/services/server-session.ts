import { session } from 'electron'

/**
 * Requests to the server go through a session of their own, in memory only: it shares no cookie, cache or
 * custom scheme with the page, and leaves nothing on the disk.
 */
export const createServerSession = (): ((url: string, init: RequestInit) => Promise<Response>) => {
  const serverSession = session.fromPartition('chowki-server', { cache: false })
  serverSession.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  return (url, init) => serverSession.fetch(url, { ...init, bypassCustomProtocolHandlers: true })
}
