/** A sync server as in production: a process of its own, on a database and a data folder that nothing else has. */
import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import type { Document, ObjectId } from 'mongodb'
import { deviceToken } from '@chowki/shared/protocol/device-api.ts'
import { protocolHeader, protocolVersion } from '@chowki/shared/protocol/messages.ts'
import { Refusal } from '../../../build/setup/refusal.mjs'
import type { Child } from '../../../build/services/child.ts'
import { startChild } from '../../../build/services/child.ts'
import { root } from '../../../build/tasks/run-step.ts'
import type { BenchDevice, BenchServer, ServerOptions } from '../workload.ts'
import { ownEnvironment } from './fitness.ts'
import { addSociety } from './society.ts'

const startWithinMs = 300_000

export async function startBenchServer(
  mongoUri: string,
  folder: string,
  { demo = false, environment = {} }: ServerOptions,
): Promise<BenchServer> {
  const name = `bench_${randomBytes(6).toString('hex')}`
  const dataFolder = join(folder, name)
  const adminKey = randomBytes(24).toString('hex')
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  const log = join(dataFolder, 'server.log')
  const child = await launch(log, {
    ...ownEnvironment(process.env),
    CHOWKI_DATA: dataFolder,
    CHOWKI_PORT: '0',
    CHOWKI_ADMIN_KEY: adminKey,
    CHOWKI_DEMO: demo ? '1' : '0',
    MONGODB_URL: mongoUri,
    MONGODB_DATABASE: name,
    ...environment,
  })
  const stop = async (): Promise<void> => {
    await child.stop()
    await drop(mongoUri, name)
  }
  try {
    const origin = `http://127.0.0.1:${await portOf(child, log)}`
    await refuseOtherServer(origin, adminKey)
    const { societyId, gateId } = demo ? await anyGate(mongoUri, name) : await addSociety(mongoUri, name)
    const parts = { origin, adminKey, societyId, gateId }
    return {
      ...parts,
      pid: child.pid,
      mongoUri,
      database: name,
      dataFolder,
      enrolmentCode: (deviceName) => enrolmentCode(parts, deviceName),
      enrol: async (deviceName) => enrol(parts, deviceName, await enrolmentCode(parts, deviceName)),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Its log goes to a file, as a service's does: nobody here has to read along. */
export async function launch(log: string, env: NodeJS.ProcessEnv): Promise<Child> {
  const output = openSync(log, 'a', 0o600)
  try {
    return await startChild(process.execPath, {
      args: ['sync-server/server.ts'],
      cwd: root,
      env,
      stdio: ['ignore', output, output],
    })
  } finally {
    closeSync(output)
  }
}

export async function portOf(child: Child, log: string): Promise<number> {
  const deadline = Date.now() + startWithinMs
  while (!child.hasExited() && Date.now() < deadline) {
    const line = readFileSync(log, 'utf8').split('\n').find(isListening)
    if (line !== undefined) return (JSON.parse(line) as { port: number }).port
    await sleep(50)
  }
  const last = readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? ''
  throw new Refusal(`The bench’s sync server did not start: ${last}`, 'Run npm start to see whether it does.')
}

const isListening = (line: string): boolean => line.includes('"msg":"listening"')

/** Only ours knows the key that was made for it a moment ago; with it an empty request is refused for being empty. */
async function refuseOtherServer(origin: string, adminKey: string): Promise<void> {
  const { status } = await fetch(`${origin}/api/enrolment-codes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: '{}',
  })
  if (status === 400) return
  throw new Refusal(
    `The server at ${origin} is not the one that the bench started (it answered ${status}).`,
    'Stop the other one, then run the bench again.',
  )
}

export interface Target {
  readonly origin: string
  readonly adminKey: string
  readonly societyId: string
  readonly gateId: string
}

export async function enrolmentCode(
  { origin, adminKey, ...gate }: Target,
  deviceName: string,
): Promise<string> {
  const { societyId, gateId } = gate
  const answer = await post(`${origin}/api/enrolment-codes`, adminKey, { societyId, gateId, deviceName })
  return (answer as { code: string }).code
}

export async function enrol(target: Target, deviceName: string, code: string): Promise<BenchDevice> {
  const deviceId = randomBytes(12).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  await post(`${target.origin}/api/enrol`, null, { code, deviceId, secret, deviceName })
  const { societyId, gateId } = target
  return { deviceId, token: deviceToken({ societyId, deviceId, secret }), societyId, gateId }
}

async function post(url: string, key: string | null, body: object): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [protocolHeader]: String(protocolVersion),
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

async function anyGate(mongoUri: string, name: string): Promise<{ societyId: string; gateId: string }> {
  return withClient(mongoUri, async (client) => {
    const gate = await client
      .db(name)
      .collection<Document>('gates')
      .findOne({}, { sort: { name: 1 } })
    if (gate === null) throw new Error('The demonstration society has no gate.')
    return {
      societyId: (gate['societyId'] as ObjectId).toHexString(),
      gateId: (gate['_id'] as ObjectId).toHexString(),
    }
  })
}

/** Stopped together with its MongoDB, there is nothing left to drop. */
const drop = (mongoUri: string, name: string): Promise<void> =>
  withClient(mongoUri, async (client) => void (await client.db(name).dropDatabase())).catch(() => undefined)

export async function withClient<T>(mongoUri: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(mongoUri, { serverSelectionTimeoutMS: 5_000 })
  try {
    return await work(await client.connect())
  } finally {
    await client.close()
  }
}
