/**
 * Power cuts of the server's machine: MongoDB's files and the server's keys lie on a disk of their own, desks push,
 * both processes are stopped at a random moment, the disk is copied as the cut leaves it, and both start on the copy.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MongodProgram } from '../../../build/provision/mongod.ts'
import { freeze } from '../../../build/services/freeze.ts'
import { makeLoopDisk } from '../../../build/services/loop-disk.ts'
import type { LoopDisk } from '../../../build/services/loop-disk.ts'
import { startMongod } from '../../../build/services/mongod.ts'
import type { Mongod } from '../../../build/services/mongod.ts'
import { SyncServer } from '../../../build/services/sync-server.ts'
import { createRandom } from '../../../sync-server/demo/random.ts'
import type { Random } from '../../../sync-server/demo/random.ts'
import { isOver } from '../frame/report.ts'
import type { CutReport } from '../frame/report.ts'
import type { GateClient } from './gate-client.ts'
import { findGaps, findLost, readNumbering } from './judge-server.ts'
import { newReader, startReading } from './reader.ts'
import type { Reader } from './reader.ts'
import { enrolClient, relaxedDurability } from './sync-server.ts'
import { newServerLedger, startWriters } from './writers.ts'
import type { ServerLedger } from './writers.ts'

export interface ServerCutOptions {
  readonly mongod: MongodProgram
  /** For logs; not on the disk that is cut. */
  readonly folder: string
  readonly cuts: number
  readonly seed: number
  /** After the first cut the server acknowledges too early, so something must be lost. */
  readonly relaxed?: boolean
  readonly stop?: AbortSignal
  readonly onCut?: (cuts: number) => void
}

interface Load {
  readonly random: Random
  readonly client: GateClient
  readonly ledger: ServerLedger
  readonly reader: Reader
}

interface Machine {
  readonly server: SyncServer
  readonly disk: LoopDisk
  readonly mongod: Mongod
}

const diskMegabytes = 4_096
const writerCount = 4
const database = 'chowki'

export async function cutServerPower(options: ServerCutOptions): Promise<CutReport> {
  const begunAt = performance.now()
  const random = createRandom(`server power cuts ${options.seed}`)
  const ledger = newServerLedger()
  const reader = newReader()
  const report = { cuts: 0, checked: 0, lost: [] as string[], torn: [] as string[] }
  let machine: Machine | null = null
  try {
    machine = await start(options, await makeLoopDisk(diskMegabytes))
    const client = await enrolClient(machine.server)
    const base = await readNumbering(machine.mongod.url, database, client.device.societyId)
    while (!isOver(options, report)) {
      client.origin = machine.server.origin
      machine = await workThroughCut(options, machine, { random, client, ledger, reader })
      client.origin = machine.server.origin
      report.cuts += 1
      options.onCut?.(report.cuts)
      report.lost.push(...(await findLost(client, ledger, reader)))
      const numbering = await readNumbering(machine.mongod.url, database, client.device.societyId)
      report.torn.push(...findGaps(numbering, base))
      report.checked += ledger.visits.size + ledger.photos.size
      settle(ledger, reader)
    }
  } finally {
    if (machine !== null) await end(machine)
  }
  return { ...report, acknowledged: ledger.pushes, seconds: (performance.now() - begunAt) / 1000 }
}

async function start(options: ServerCutOptions, disk: LoopDisk, relaxed = false): Promise<Machine> {
  const dataFolder = join(disk.folder, 'data')
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  try {
    const mongod = await startMongod({ program: options.mongod, folder: join(dataFolder, 'mongodb') })
    try {
      const log = join(options.folder, `server-${randomBytes(4).toString('hex')}.log`)
      const environment = { CHOWKI_LOG_LEVEL: 'warn', ...(relaxed && relaxedDurability) }
      const server = await SyncServer.start({
        mongodbUrl: mongod.url,
        database,
        dataFolder,
        log,
        environment,
      })
      return { disk, mongod, server }
    } catch (error) {
      await mongod.kill()
      throw error
    }
  } catch (error) {
    await disk.remove()
    throw error
  }
}

async function end({ server, mongod, disk }: Machine): Promise<void> {
  await server.kill()
  await mongod.kill()
  await disk.remove()
}

/** The server first, so that it cannot acknowledge what MongoDB is still making durable. */
async function standStill({ server, mongod }: Machine): Promise<void> {
  await freeze(server.process.pid)
  await freeze(mongod.pid)
}

async function cut(options: ServerCutOptions, machine: Machine): Promise<Machine> {
  const copy = await machine.disk.afterPowerCut()
  await end(machine)
  return start(options, copy, options.relaxed)
}

async function workThroughCut(options: ServerCutOptions, machine: Machine, load: Load): Promise<Machine> {
  const { random, client, ledger, reader } = load
  const reading = startReading(client, reader)
  const writers = startWriters(client, ledger, writerCount, `${options.seed} ${random.next()}`)
  try {
    await sleep(random.integer(200, 1_500))
    await standStill(machine)
    // Answers that were sent before the stop are still on their way.
    await sleep(20)
  } finally {
    await Promise.all([writers.abandon(), reading.stop()])
  }
  return cut(options, machine)
}

/** What was sent and not answered counts from now on as the server has it. */
function settle({ begun, visits }: ServerLedger, { seen }: Reader): void {
  const rows = [...begun].flatMap((push) => (push.kind === 'visits' ? push.rows : []))
  for (const { after } of rows)
    if (seen.get(after._id)?.['state'] === after.state) visits.set(after._id, after)
  begun.clear()
}
