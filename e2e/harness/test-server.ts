/** The real sync server as a process of its own, on a database and a data folder of its own; it can be killed and come back. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from './processes.ts'

export const projectFolder = fileURLToPath(new URL('../..', import.meta.url))
const startWithinMs = 60_000
const keptLogLines = 400

export interface TestServerOptions {
  readonly database: string
  readonly dataFolder: string
  readonly environment?: Readonly<Record<string, string>>
}

export interface EnrolmentTarget {
  readonly societyId: string
  readonly gateId: string
  readonly deviceName: string
}

export class TestServer {
  readonly #options: TestServerOptions
  #child: ChildProcess | null = null
  readonly log: string[] = []
  readonly port: number

  private constructor(options: TestServerOptions, port: number) {
    this.#options = options
    this.port = port
  }

  static async start(options: TestServerOptions): Promise<TestServer> {
    const server = new TestServer(options, await freePort())
    await server.start()
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`
  }

  /** Resolves when it listens, on the same port as before. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ['sync-server/server.ts'], {
      cwd: projectFolder,
      env: {
        ...process.env,
        CHOWKI_DATA: this.#options.dataFolder,
        CHOWKI_HOST: '127.0.0.1',
        CHOWKI_PORT: String(this.port),
        CHOWKI_LOG_LEVEL: 'info',
        MONGODB_URL: mongodbTestUrl(),
        MONGODB_DATABASE: this.#options.database,
        ...this.#options.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    await this.#listening(child)
  }

  /** SIGKILL is a power cut; SIGTERM lets it finish what it does. Resolves when the process is gone. */
  async stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill(signal)
    await gone
  }

  get adminKey(): string {
    return (
      readFileSync(path.join(this.#options.dataFolder, 'keys', 'admin.key'), 'utf8').split('\n', 1)[0] ?? ''
    )
  }

  async enrolmentCode(target: EnrolmentTarget): Promise<string> {
    const answer = await this.asAdmin('POST', '/api/enrolment-codes', target)
    const { code } = (await answer.json()) as { code: string }
    return code
  }

  async asAdmin(method: string, route: string, body?: object): Promise<Response> {
    const answer = await fetch(`${this.url}${route}`, {
      method,
      headers: {
        authorization: `Bearer ${this.adminKey}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${route}: ${String(answer.status)} ${await answer.text()}`)
    return answer
  }

  #listening(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        clearTimeout(timer)
        reject(new Error(`The sync server ${why}. Its last lines:\n${this.log.slice(-15).join('\n')}`))
      }
      const timer = setTimeout(() => fail(`did not listen within ${String(startWithinMs)} ms`), startWithinMs)
      child.once('exit', (code, signal) => fail(`ended (${String(code ?? signal)}) before it listened`))
      for (const stream of [child.stdout, child.stderr]) {
        if (stream === null) continue
        createInterface({ input: stream }).on('line', (line) => {
          this.log.push(line)
          if (this.log.length > keptLogLines) this.log.shift()
          if (!line.includes('"msg":"listening"')) return
          clearTimeout(timer)
          resolve()
        })
      }
    })
  }
}

export function mongodbTestUrl(): string {
  const url = process.env['MONGODB_TEST_URL']
  if (url === undefined)
    throw new Error('MONGODB_TEST_URL is not set. Run `npm test`, which starts a MongoDB for the tests.')
  return url
}
