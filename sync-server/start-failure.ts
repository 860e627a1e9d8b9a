import { KeyFileBroken } from './ops/keys/key-files.ts'
import type { ServerConfig } from './config.ts'

/** Thrown when the server cannot start; the message is one line for a person, with a remedy. */
export class StartFailure extends Error {
  override name = 'StartFailure'
}

/** One line: what is wrong and what to do. The address of the database may hold a password and is not repeated. */
export function explainStartFailure(
  error: unknown,
  config: Pick<ServerConfig, 'host' | 'port' | 'dataFolder'>,
): string {
  if (error instanceof StartFailure || error instanceof KeyFileBroken) return error.message
  const { code, name = '' } = error as { code?: unknown; name?: string }
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${config.port} on ${config.host} is taken. Stop the other program, or set CHOWKI_PORT to a free port.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address ${config.host}. Set CHOWKI_HOST to one that it has, e.g. 127.0.0.1.`
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `${config.dataFolder} cannot be written, or port ${config.port} needs more rights. Set CHOWKI_DATA or CHOWKI_PORT.`
    case 'ENOSPC':
      return `The disk of ${config.dataFolder} is full. Free some space, then start again.`
    case 18:
      return 'MongoDB refused the user or the password. Correct MONGODB_URL.'
    case 11_000:
      return 'The database holds rows of another version of this server, which a unique index refuses. Set MONGODB_DATABASE to a new name, or start the version that wrote them.'
  }
  if (name.startsWith('Mongo')) return 'MongoDB did not answer. Start it, or correct MONGODB_URL.'
  return 'The server could not start. The error is in this line; nothing was changed.'
}
