/** Three members of one replica set on this machine, for tests of elections: small, quick to elect, gone afterwards. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import type { MongodProgram } from '../provision/mongod.ts'
import { requireFreeDisk } from '../setup/preconditions.mjs'
import { Refusal } from '../setup/refusal.mjs'
import type { Child } from './child.ts'
import { startChild } from './child.ts'
import { mongodFailure } from './mongod-failure.ts'
import { listenablePort } from './ports.ts'

export interface SetMember {
  readonly host: string
  /** SIGKILL, as a power cut of that machine. */
  kill(): Promise<void>
  /** On the same folder and port. */
  start(): Promise<void>
}

export interface MongodSet {
  readonly url: string
  /** Asks until there is one. */
  primary(): Promise<SetMember>
  /** The primary steps down and is not eligible for `seconds`. Resolves with the old primary. */
  stepDown(seconds: number): Promise<SetMember>
  /** While replication is held, the secondaries get nothing that the primary writes. */
  holdReplication(isHeld: boolean): Promise<void>
  /** By SIGKILL: a clean shutdown would wait for an election. */
  stop(): Promise<void>
}

const setName = 'three'
const memberCount = 3
const neededBytes = 3_000_000_000
const startWithinMs = 60_000
/** A tenth of MongoDB's defaults, because a test waits for every election. */
const electionSettings = { electionTimeoutMillis: 2_000, heartbeatIntervalMillis: 500 }

export const startMongodSet = async (program: MongodProgram, folder: string): Promise<MongodSet> => {
  requireFreeDisk(folder, neededBytes, 'three databases')
  const ports = await freePorts()
  const members = ports.map((port) => createMember(program, join(folder, String(port)), port))
  const stop = async (): Promise<void> => void (await Promise.all(members.map((member) => member.kill())))
  try {
    await Promise.all(members.map((member) => member.start()))
    await initiate(members)
    const url = `mongodb://${members.map(({ host }) => host).join(',')}/?replicaSet=${setName}`
    const set: MongodSet = {
      url,
      primary: () => findPrimary(members),
      stepDown: (seconds) => stepDown(members, seconds),
      holdReplication: (isHeld) => holdReplication(members, isHeld),
      stop,
    }
    await set.primary()
    return set
  } catch (error) {
    await stop()
    throw error
  }
}

const createMember = (program: MongodProgram, folder: string, port: number): SetMember => {
  const host = `127.0.0.1:${port}`
  let child: Child | null = null
  return {
    host,
    async start() {
      child = await launch(program, folder, port)
      await untilItAnswers(child, host, join(folder, 'mongod.log'))
    },
    async kill() {
      if (child === null || child.hasExited()) return
      process.kill(-child.pid, 'SIGKILL')
      await child.exited
    },
  }
}

const launch = (program: MongodProgram, folder: string, port: number): Promise<Child> => {
  const db = join(folder, 'db')
  mkdirSync(db, { recursive: true, mode: 0o700 })
  const place = ['--dbpath', db, '--logpath', join(folder, 'mongod.log'), '--logappend', '--nounixsocket']
  const network = ['--replSet', setName, '--bind_ip', '127.0.0.1', '--port', String(port)]
  const small = ['--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '64']
  const quiet = ['--setParameter', 'diagnosticDataCollectionEnabled=false']
  const holdable = ['--setParameter', 'enableTestCommands=1']
  return startChild(program.command, {
    args: [...place, ...network, ...small, ...quiet, ...holdable],
    env: { ...process.env, ...program.env },
  })
}

const untilItAnswers = async (child: Child, host: string, log: string): Promise<void> => {
  const deadline = Date.now() + startWithinMs
  while (!child.hasExited() && Date.now() < deadline) {
    if ((await tryAsk(host, { ping: 1 })) !== null) return
    await sleep(100)
  }
  await child.stop()
  throw mongodFailure(await child.exited, log)
}

const initiate = (members: readonly SetMember[]): Promise<Answer> => {
  const config = {
    _id: setName,
    settings: electionSettings,
    members: members.map(({ host }, _id) => ({ _id, host })),
  }
  return ask(members[0]?.host ?? '', { replSetInitiate: config })
}

const findPrimary = async (members: readonly SetMember[]): Promise<SetMember> => {
  const deadline = Date.now() + startWithinMs
  while (Date.now() < deadline) {
    for (const member of members)
      if ((await tryAsk(member.host, { hello: 1 }))?.['isWritablePrimary'] === true) return member
    await sleep(50)
  }
  throw new Error('The three members elect no primary')
}

/** Refused while no other member has caught up, so it is asked again. */
const stepDown = async (members: readonly SetMember[], seconds: number): Promise<SetMember> => {
  const command = { replSetStepDown: seconds, secondaryCatchUpPeriodSecs: Math.ceil(seconds / 2) }
  const deadline = Date.now() + startWithinMs
  while (Date.now() < deadline) {
    const primary = await findPrimary(members)
    if ((await tryAsk(primary.host, command)) !== null) return primary
  }
  throw new Error('The primary does not step down')
}

/** By MongoDB's fail point: what is sent to a stopped process stays in its socket buffers and arrives later. */
const holdReplication = async (members: readonly SetMember[], isHeld: boolean): Promise<void> => {
  const command = { configureFailPoint: 'stopReplProducer', mode: isHeld ? 'alwaysOn' : 'off' }
  await Promise.all(members.map(({ host }) => tryAsk(host, command)))
}

type Answer = Readonly<Record<string, unknown>>

const ask = async (host: string, command: Readonly<Record<string, unknown>>): Promise<Answer> => {
  const client = new MongoClient(`mongodb://${host}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1_000,
  })
  try {
    return await client.db('admin').command({ ...command })
  } finally {
    await client.close()
  }
}

const tryAsk = (host: string, command: Readonly<Record<string, unknown>>): Promise<Answer | null> =>
  // A member that is down, or not yet up, is asked again.
  ask(host, command).catch(() => null)

const freePorts = async (): Promise<number[]> => {
  const ports = new Set<number>()
  for (let tries = 0; tries < 50 && ports.size < memberCount; tries += 1)
    ports.add((await listenablePort(0)) ?? 0)
  ports.delete(0)
  if (ports.size === memberCount) return [...ports]
  throw new Refusal('Three free ports are wanted for MongoDB.', 'Close some programs, then try again.')
}
