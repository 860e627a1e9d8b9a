/** The real sync server as a process of its own, with its demonstration society on an empty database; the network can be cut. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { deviceToken } from '@chowki/shared/protocol/device-api.ts'
import type { EnrolResponse } from '@chowki/shared/protocol/device-api.ts'
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import type { PullResponse, WireDocument } from '@chowki/shared/protocol/messages.ts'

const project = fileURLToPath(new URL('../../..', import.meta.url))

export interface ServerProcess {
  readonly origin: string
  readonly guards: readonly { readonly name: string; readonly pin: string }[]
  enrolmentCode(gate: string): Promise<string>
  /** SIGKILL, as a power cut. */
  kill(): Promise<void>
  /** On the same port and database. */
  start(): Promise<void>
  close(): Promise<void>
}

export async function startServerProcess(): Promise<ServerProcess> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'chowki-server-'))
  const environment = {
    ...process.env,
    CHOWKI_DATA: dataFolder,
    CHOWKI_DEMO: '1',
    CHOWKI_LOG_LEVEL: 'info',
    MONGODB_URL: process.env['MONGODB_TEST_URL'] ?? '',
    MONGODB_DATABASE: `chowki_test_${randomBytes(6).toString('hex')}`,
  }
  let port = 0
  let child: ChildProcess | null = null
  const start = async (): Promise<void> => {
    const started = await listen({ ...environment, CHOWKI_PORT: String(port) })
    child = started.child
    port = started.port
  }
  const kill = async (): Promise<void> => {
    const dying = child
    child = null
    if (dying === null || dying.exitCode !== null) return
    const gone = once(dying, 'exit')
    dying.kill('SIGKILL')
    await gone
  }
  await start()
  const guards = (await readFile(join(dataFolder, 'demo-guards.txt'), 'utf8')).trim().split('\n')
  return {
    origin: `http://127.0.0.1:${port}`,
    guards: guards.map((line) => line.split('\t')).map(([pin = '', , name = '']) => ({ pin, name })),
    start,
    kill,
    enrolmentCode: async (gate) => runCli(['enrolment-code', '--gate', gate], environment),
    async close() {
      await kill()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

async function listen(environment: NodeJS.ProcessEnv): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, ['sync-server/server.ts'], {
    cwd: project,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    const said = JSON.parse(line) as { msg?: string; port?: number }
    if (said.msg === 'listening' && said.port !== undefined) {
      child.stdout.resume()
      return { child, port: said.port }
    }
  }
  throw new Error(`The server did not start:\n${lines.join('\n')}`)
}

async function runCli(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, ['sync-server/cli/main.ts', ...words], {
    cwd: project,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let complaint = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const [status] = (await once(child, 'close')) as [number]
  const code = /\b[0-9A-HJKMNP-TV-Z]{4}-?[0-9A-HJKMNP-TV-Z]{4}\b/.exec(output)?.[0]
  if (status !== 0 || code === undefined) throw new Error(`No code: ${output}${complaint}`)
  return code
}

/** What the server gives to another desk of the society. */
export async function pullAll(origin: string, token: string, collection: string): Promise<WireDocument[]> {
  const documents: WireDocument[] = []
  let checkpoint: PullResponse['checkpoint'] | null = null
  for (;;) {
    const response = await fetch(`${origin}/api/sync/${collection}/pull`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        [protocolHeader]: String(protocolVersion),
      },
      body: JSON.stringify({ schemaVersion: 0, checkpoint, limit: 1000 }),
    })
    if (!response.ok) throw new Error(`pull ${collection}: ${response.status} ${await response.text()}`)
    const page = (await response.json()) as PullResponse
    documents.push(...page.documents)
    if (page.documents.length < 1000) return documents
    checkpoint = page.checkpoint
  }
}

export async function enrolAnother(origin: string, code: string): Promise<string> {
  const deviceId = randomBytes(12).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  const response = await fetch(`${origin}/api/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, deviceId, secret, deviceName: 'Another desk' }),
  })
  if (!response.ok) throw new Error(`enrol: ${response.status} ${await response.text()}`)
  const { societyId } = (await response.json()) as EnrolResponse
  return deviceToken({ societyId, deviceId, secret })
}
