/**
 * How many connections are open at once. Beyond it they are closed unanswered, and a kiosk tries again; without it
 * the process would run out of file descriptors first, and then not even reach its database.
 */
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { StartFailure } from '../start-failure.ts'

/** Not connections of kiosks: MongoDB's pool of 100 and its monitors, files, and what Node itself holds. */
export const otherDescriptors = 256
const leastConnections = 16
const tellEveryMs = 60_000

export interface FittingConnections {
  readonly connectionsMax: number
  /** One line with a remedy where fewer fit than were wanted. */
  readonly warning: string | null
}

/** `descriptorsMax`: null where the system does not say. */
export function fitConnections(wanted: number, descriptorsMax: number | null): FittingConnections {
  const room = descriptorsMax === null ? wanted : descriptorsMax - otherDescriptors
  if (room >= wanted) return { connectionsMax: wanted, warning: null }
  const remedy = `Raise the limit to ${wanted + otherDescriptors} (LimitNOFILE= of the service, or ulimit -n)`
  const limit = `This process may open ${descriptorsMax} files at once`
  if (room < Math.min(wanted, leastConnections))
    throw new StartFailure(`${limit}, too few to serve. ${remedy}.`)
  return {
    connectionsMax: room,
    warning: `${limit}, so it takes ${room} connections instead of ${wanted}. ${remedy}, or lower CHOWKI_CONNECTIONS_MAX.`,
  }
}

/** The limit in force: Node has raised it to the highest that the process may have. Null where the system does not say. */
export function readDescriptorsMax(limitsFile = '/proc/self/limits'): number | null {
  try {
    const [, soft] = /^Max open files\s+(\d+)\s/m.exec(readFileSync(limitsFile, 'utf8')) ?? []
    return soft === undefined ? null : Number(soft)
  } catch {
    // Not Linux: the limit is not known.
    return null
  }
}

interface Tell {
  warn(line: string): void
}

/** Says so at the first connection that is turned away, and then once a minute at most. */
export function limitConnections(
  server: Pick<Server, 'maxConnections' | 'on'>,
  connectionsMax: number,
  logger: Tell,
  now: () => number,
): void {
  let told = -Infinity
  let turnedAway = 0
  server.maxConnections = connectionsMax
  server.on('drop', () => {
    turnedAway += 1
    if (Math.abs(now() - told) < tellEveryMs) return
    told = now()
    logger.warn(
      `${turnedAway} connections were turned away: ${connectionsMax} are open. Raise CHOWKI_CONNECTIONS_MAX if so many kiosks are real.`,
    )
    turnedAway = 0
  })
}
