/**
 * A private MongoDB: one member of a replica set (transactions and change streams need one), on a folder of its own
 * and the loopback address. The folder survives kill -9 and a changed port; one instance at a time may use it.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MongodProgram } from '../provision/mongod.ts'
import { tryLock } from '../setup/file-lock.mjs'
import { requireFreeDisk } from '../setup/preconditions.mjs'
import { Refusal } from '../setup/refusal.mjs'
import type { Child } from './child.ts'
import { startChild } from './child.ts'
import { mongodFailure } from './mongod-failure.ts'
import { listenablePort } from './ports.ts'
import { becomePrimary, replicaSetName } from './replica-set.ts'

export interface MongodOptions {
  readonly program: MongodProgram
  readonly folder: string
  /** Default: the port of last time if it is free, otherwise any. */
  readonly port?: number
  /** Rows of a TTL index stay: tests run on a clock of their own, which MongoDB does not know. */
  readonly keepsExpired?: boolean
}

export interface Mongod {
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly exited: Promise<number>
  readonly stop: () => Promise<void>
  /** SIGKILL, as a power cut. */
  readonly kill: () => Promise<void>
}

const startWithinMs = 60_000
const neededBytes = 1_000_000_000

export const startMongod = async (options: MongodOptions): Promise<Mongod> => {
  requireFreeDisk(options.folder, neededBytes, 'the database')
  const release = await tryLock(join(options.folder, 'instance.lock'))
  if (!release) throw folderInUse(options.folder)
  try {
    await stopOrphan(options.folder)
    const port = await choosePort(options)
    const child = await launch(options, port)
    await untilReady(child, port, options.folder).catch(async (error: unknown) => {
      await child.stop()
      throw error
    })
    writeFileSync(portFile(options.folder), String(port))
    const exited = child.exited.finally(release)
    return {
      url: toUrl(port),
      port,
      pid: child.pid,
      exited,
      stop: async () => void (await child.stop(), await exited),
      kill: async () => void (await child.kill(), await exited),
    }
  } catch (error) {
    await release()
    throw error
  }
}

const toUrl = (port: number): string =>
  `mongodb://127.0.0.1:${port}/?replicaSet=${replicaSetName}&directConnection=true`

const portFile = (folder: string): string => join(folder, 'port')

const folderInUse = (folder: string): Refusal =>
  new Refusal(
    `Another Chowki runs on the data folder ${folder}.`,
    'Stop it (Ctrl-C in its terminal), or set CHOWKI_DATA to another folder.',
  )

/** We hold the folder's lock, so a mongod that still runs on it is an orphan. */
const stopOrphan = async (folder: string): Promise<void> => {
  const lockFile = join(folder, 'db', 'mongod.lock')
  const pid = existsSync(lockFile) ? Number(readFileSync(lockFile, 'utf8').trim()) : 0
  if (pid === 0 || !runsOn(pid, folder)) return
  process.kill(pid, 'SIGTERM')
  for (let waitedMs = 0; runsOn(pid, folder); waitedMs += 100) {
    if (waitedMs > 10_000) process.kill(pid, 'SIGKILL')
    await sleep(100)
  }
}

const runsOn = (pid: number, folder: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(join(folder, 'db'))
  } catch {
    // It has ended, so it runs on nothing.
    return false
  }
}

const choosePort = async ({ port, folder }: MongodOptions): Promise<number> => {
  if (port !== undefined && port !== 0) {
    if ((await listenablePort(port)) !== null) return port
    throw new Refusal(
      `Port ${port}, wanted for MongoDB, is taken.`,
      'Stop what uses it, or choose another port.',
    )
  }
  const lastPort = existsSync(portFile(folder)) ? Number(readFileSync(portFile(folder), 'utf8')) : 0
  const free = (await listenablePort(lastPort)) ?? (await listenablePort(0))
  if (free === null) throw new Refusal('No port is free for MongoDB.', 'Close some programs, then try again.')
  return free
}

const launch = ({ program, folder, keepsExpired = false }: MongodOptions, port: number): Promise<Child> => {
  const db = join(folder, 'db')
  mkdirSync(db, { recursive: true, mode: 0o700 })
  return startChild(program.command, {
    args: [
      ...['--dbpath', db, '--replSet', replicaSetName, '--bind_ip', '127.0.0.1', '--port', String(port)],
      ...[
        '--logpath',
        join(folder, 'mongod.log'),
        '--logappend',
        '--nounixsocket',
        '--wiredTigerCacheSizeGB',
        '0.25',
      ],
      ...['--oplogSize', '512', '--setParameter', 'diagnosticDataCollectionEnabled=false'],
      // A server killed inside a transaction leaves its locks, and pushes of that society wait: by default 60 s.
      ...['--setParameter', 'transactionLifetimeLimitSeconds=10'],
      ...(keepsExpired ? ['--setParameter', 'ttlMonitorEnabled=false'] : []),
    ],
    env: { ...process.env, ...program.env },
  })
}

const untilReady = async (child: Child, port: number, folder: string): Promise<void> => {
  const deadline = Date.now() + startWithinMs
  while (!child.hasExited() && Date.now() < deadline) {
    if (await becomePrimary(`127.0.0.1:${port}`)) return
    await sleep(100)
  }
  await child.stop()
  throw mongodFailure(await child.exited, join(folder, 'mongod.log'))
}
