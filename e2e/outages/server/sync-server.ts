/** The sync server as a process of its own, which can be started again on the same data. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Child } from '../../../build/services/child.ts'
import { ownEnvironment } from '../../bench/frame/fitness.ts'
import { enrol, enrolmentCode, launch, portOf } from '../../bench/frame/server.ts'
import { addSociety } from '../../bench/frame/society.ts'
import { GateClient } from './gate-client.ts'

export interface ServerPlace {
  readonly mongoUrl: string
  readonly database: string
  /** Its keys. */
  readonly dataFolder: string
  /** A new file for each start. */
  readonly log: string
  /** Acknowledges before anything is durable. */
  readonly relaxed?: boolean
}

export interface StartedServer {
  readonly server: Child
  readonly origin: string
  readonly dataFolder: string
  readonly mongoUrl: string
}

const relaxedDurability = new URL('./relaxed-durability.mjs', import.meta.url).href

export async function startServer(place: ServerPlace): Promise<StartedServer> {
  const { mongoUrl, database, dataFolder, log } = place
  const server = await launch(log, {
    ...ownEnvironment(process.env),
    CHOWKI_DATA: dataFolder,
    CHOWKI_PORT: '0',
    CHOWKI_LOG_LEVEL: 'warn',
    MONGODB_URL: mongoUrl,
    MONGODB_DATABASE: database,
    ...(place.relaxed === true ? { NODE_OPTIONS: `--import=${relaxedDurability}` } : {}),
  })
  try {
    const origin = `http://127.0.0.1:${await portOf(server, log)}`
    return { server, origin, dataFolder, mongoUrl }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** A desk of a new society. */
export async function enrolClient(
  running: Pick<StartedServer, 'origin' | 'dataFolder' | 'mongoUrl'>,
  database: string,
): Promise<GateClient> {
  const adminKey = readFileSync(join(running.dataFolder, 'keys', 'admin.key'), 'utf8').trim()
  const society = await addSociety(running.mongoUrl, database)
  const target = { origin: running.origin, adminKey, ...society }
  return new GateClient(running.origin, await enrol(target, 'Gate', await enrolmentCode(target, 'Gate')))
}
