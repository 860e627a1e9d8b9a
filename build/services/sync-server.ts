/**
 * The real sync server as a process of its own: for `npm start`, and for every test, outage and bench that needs one.
 * It can be killed and started again on the same port, data folder and database.
 */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EnrolledDevice } from './enrol-device.ts'
import { enrolDevice } from './enrol-device.ts'
import { runCommand } from '../provision/run-command.ts'
import { Refusal } from '../setup/refusal.mjs'
import { root } from '../tasks/run-step.ts'
import type { Child } from './child.ts'
import { startChild } from './child.ts'

/** The demonstration society is filled before the server listens. */
const listenWithinMs = 300_000

export interface SyncServerOptions {
  readonly mongodbUrl: string
  readonly database: string
  /** For its keys; created if missing. */
  readonly dataFolder: string
  /** Default: `server.log` in the data folder. */
  readonly log?: string
  /** Further settings. Settings for Chowki and MongoDB in this process's environment are not passed on. */
  readonly environment?: Readonly<Record<string, string>>
}

export interface EnrolmentTarget {
  readonly societyId: string
  readonly gateId: string
  readonly deviceName: string
}

export interface ListeningProcess {
  readonly child: Child
  readonly port: number
}

export class SyncServer {
  readonly #env: NodeJS.ProcessEnv
  readonly options: SyncServerOptions
  readonly log: string
  #listening: ListeningProcess

  private constructor(options: SyncServerOptions, env: NodeJS.ProcessEnv, started: ListeningProcess) {
    this.options = options
    this.log = logOf(options)
    this.#env = env
    this.#listening = started
  }

  /** Resolves when it listens, on a free port of 127.0.0.1. */
  static async start(options: SyncServerOptions): Promise<SyncServer> {
    const env = {
      ...withoutSettings(process.env),
      CHOWKI_DATA: options.dataFolder,
      CHOWKI_PORT: '0',
      MONGODB_URL: options.mongodbUrl,
      MONGODB_DATABASE: options.database,
      ...options.environment,
    }
    return new SyncServer(options, env, await launchSyncServer(env, logOf(options)))
  }

  /** After `stop` or `kill`: on the same port and the same data. */
  async start(): Promise<void> {
    const env = { ...this.#env, CHOWKI_PORT: String(this.port) }
    this.#listening = await launchSyncServer(env, this.log)
  }

  /** The process of the latest start. */
  get process(): Child {
    return this.#listening.child
  }

  get port(): number {
    return this.#listening.port
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get adminKey(): string {
    const given = this.#env['CHOWKI_ADMIN_KEY']
    return given ?? readFileSync(join(this.options.dataFolder, 'keys', 'admin.key'), 'utf8').trim()
  }

  /** SIGTERM: it finishes its requests. */
  stop(): Promise<void> {
    return this.process.stop()
  }

  /** SIGKILL, as a power cut. */
  kill(): Promise<void> {
    return this.process.kill()
  }

  /** Throws when the answer is an error. */
  async asAdmin(method: string, route: string, body?: object): Promise<Response> {
    const answer = await fetch(`${this.origin}${route}`, {
      method,
      headers: {
        authorization: `Bearer ${this.adminKey}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${await answer.text()}`)
    return answer
  }

  async enrolmentCode(target: EnrolmentTarget): Promise<string> {
    const answer = await this.asAdmin('POST', '/api/enrolment-codes', target)
    return ((await answer.json()) as { code: string }).code
  }

  /** A device without a screen. */
  async enrol(target: EnrolmentTarget): Promise<EnrolledDevice> {
    return enrolDevice(this.origin, await this.enrolmentCode(target), target.deviceName)
  }

  /** An admin's command on the server's machine. Resolves with the lines it prints. */
  command(...words: readonly string[]): Promise<string[]> {
    return askSyncServer(this.#env, words)
  }
}

const logOf = ({ log, dataFolder }: SyncServerOptions): string => log ?? join(dataFolder, 'server.log')

/** Without settings that are meant for another server of Chowki. */
export function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(env).filter(([name]) => !/^(CHOWKI_|MONGODB_|NODE_OPTIONS$)/.test(name))
  return Object.fromEntries(own)
}

/** `env`: all of its settings. Its output is appended to the file `log`; a pipe would fill up when nobody reads it. */
export async function launchSyncServer(env: NodeJS.ProcessEnv, log: string): Promise<ListeningProcess> {
  mkdirSync(dirname(log), { recursive: true, mode: 0o700 })
  const before = existsSync(log) ? statSync(log).size : 0
  const output = openSync(log, 'a', 0o600)
  const child = await startChild(process.execPath, {
    args: ['sync-server/server.ts'],
    cwd: root,
    env,
    stdio: ['ignore', output, output],
  }).finally(() => closeSync(output))
  const linesNow = (): string[] => readFileSync(log).subarray(before).toString('utf8').trim().split('\n')
  const deadline = Date.now() + listenWithinMs
  while (!child.hasExited() && Date.now() < deadline) {
    const line = linesNow().find((line) => line.includes('"msg":"listening"'))
    if (line !== undefined) return { child, port: (JSON.parse(line) as { port: number }).port }
    await sleep(50)
  }
  await child.stop()
  throw new Refusal(
    `The sync server did not start: ${messageOf(linesNow().at(-1) ?? '') || 'it gave no reason'}`,
    `(All of it: ${log})`,
  )
}

function messageOf(line: string): string {
  try {
    return String((JSON.parse(line) as { msg?: unknown }).msg ?? '')
  } catch {
    // Not JSON: Node's own message, from before the logger existed.
    return line
  }
}

/** Runs `node sync-server/cli/main.ts` and resolves with the lines it prints. Throws a Refusal when it fails. */
export async function askSyncServer(env: NodeJS.ProcessEnv, words: readonly string[]): Promise<string[]> {
  const args = ['sync-server/cli/main.ts', ...words]
  const { code, stdout, stderr } = await runCommand(process.execPath, args, { cwd: root, env })
  if (code !== 0) throw new Refusal(`The server’s command ${words[0] ?? ''} failed: ${stderr.trim()}`, '')
  return stdout.split('\n').filter((line) => line !== '')
}
