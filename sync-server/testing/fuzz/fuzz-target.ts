/** A real server in a process of its own, whose memory can be asked for and whose end is noticed. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FastifySchema } from 'fastify'

export interface FuzzDesk {
  readonly societyId: string
  readonly gateId: string
  readonly flatId: string
  readonly deviceId: string
  readonly authorization: string
  readonly visitorId: string
  readonly visitorName: string
  readonly societyName: string
  readonly photoId: string
  /** How far its society's history has gone. */
  readonly checkpoint: { readonly lineage: string; readonly seq: number }
}

export interface FuzzedRoute {
  /** `POST /api/enrol` */
  readonly name: string
  readonly method: string
  readonly url: string
  readonly schema: FastifySchema
}

export interface FuzzGround {
  readonly port: number
  readonly databaseName: string
  readonly adminKey: string
  readonly own: FuzzDesk
  readonly foreign: FuzzDesk
  /** May be revoked. */
  readonly spareDeviceId: string
  /** Of the own society, to be changed and removed. */
  readonly spareFlats: readonly { readonly _id: string; readonly etag: string }[]
  /** Unused. */
  readonly codes: readonly string[]
  /** All that the app itself has under `/api/`, and the kiosk's files. */
  readonly routes: readonly FuzzedRoute[]
  /** The files of the kiosk, which may be answered where no route of the API is meant. */
  readonly kioskTexts: readonly string[]
  readonly now: number
}

export interface Measure {
  /** Bytes after garbage collection. */
  readonly heapBytes: number
  /** Lines of the log that repeat something that was sent. */
  readonly leakingLines: readonly string[]
}

export interface FuzzTarget extends FuzzGround {
  measure(): Promise<Measure>
  /** Its clock goes on, so that the limit of enrolments is not all that is ever met. */
  passMinute(): void
  /** Why the process is gone, if it is. */
  readonly end: { reason: string | null }
  /** Rejects where it did not end well: it crashed, or a query of it named no society. */
  stop(): Promise<void>
}

/** The one address outside `/api/`: a browser on this machine gets the kiosk's page from it. */
export const kioskRoute: FuzzedRoute = { name: 'GET /*', method: 'GET', url: '/*', schema: {} }

/** Stands in what is sent and must not come back. */
export const marker = 'Zq7Unrepeatable'

/** Of things that exist, in both societies. */
export const idsOf = ({ own, foreign }: FuzzGround): string[] =>
  [own, foreign].flatMap((desk) => [desk.visitorId, desk.photoId, desk.societyId, desk.deviceId, desk.gateId])

/** Code that is thrown away and compiled again would hide a few megabytes that stay. */
const nodeFlags = ['--expose-gc', '--no-flush-bytecode']
const program = fileURLToPath(new URL('server-process.ts', import.meta.url))

export async function startFuzzTarget(): Promise<FuzzTarget> {
  const child = fork(program, [], { execArgv: nodeFlags, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const end: FuzzTarget['end'] = { reason: null }
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => (errors = `${errors}${chunk.toString()}`.slice(-4_000)))
  const ended = once(child, 'close').then(([code, signal]) => {
    end.reason = `the server ended with ${code ?? signal}: ${errors}`
    return code === 0
  })
  const gone = ended.then(() => {
    throw new Error(end.reason ?? '')
  })
  // Raced below, where it is thrown; until then it must not end the process.
  gone.catch(() => undefined)
  const next = async <T>(): Promise<T> => (await Promise.race([once(child, 'message'), gone]))[0] as T
  const ground = await next<FuzzGround>()
  return {
    ...ground,
    end,
    measure: () => {
      const answer = next<Measure>()
      child.send('measure')
      return answer
    },
    passMinute: () => {
      if (child.connected) child.send('minute')
    },
    stop: async () => {
      if (child.connected) child.send('stop')
      if (!(await ended)) throw new Error(end.reason ?? '')
    },
  }
}
