/** A replica set of three whose primary steps down and is killed while sixteen desks push through a real server. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { provisionMongod } from '../../../build/provision/mongod.ts'
import { startMongodSet } from '../../../build/services/mongod-set.ts'
import type { MongodSet, SetMember } from '../../../build/services/mongod-set.ts'
import { SyncServer } from '../../../build/services/sync-server.ts'
import { Cleanups } from '../../bench/frame/cleanups.ts'
import { withClient } from '../../bench/frame/server.ts'
import { seedOfThisRun } from '../frame/seed.ts'
import { findGaps, findLost, readNumbering } from './judge-server.ts'
import { newReader, startReading } from './reader.ts'
import { enrolClient } from './sync-server.ts'
import { newServerLedger, startWriters } from './writers.ts'
import type { ServerLedger } from './writers.ts'

const database = 'chowki'
const writerCount = 16
const stepDowns = 3
const betweenMs = 1_000
const markCount = 20

let folder: string
let cleanups: Cleanups
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chowki-step-down-'))
  cleanups = new Cleanups((error) => process.stdout.write(`Could not clean up: ${String(error)}\n`))
})
afterEach(async () => {
  await cleanups.run()
  rmSync(folder, { recursive: true, force: true })
})

/** The server is at work again, not only a primary elected. */
const untilAcknowledged = async (ledger: ServerLedger, more: number): Promise<void> => {
  const wanted = ledger.pushes + more
  await expect.poll(() => ledger.pushes, { timeout: 120_000 }).toBeGreaterThanOrEqual(wanted)
}

/** Written to the primary alone: these must be lost, or the kill proves nothing. */
async function markPrimaryOnly(url: string): Promise<void> {
  await withClient(url, async (mongo) => {
    const marks = mongo.db('marks').collection<{ _id: number }>('marks')
    for (let n = 1; n <= markCount; n += 1)
      await marks.insertOne({ _id: n }, { writeConcern: { w: 1, journal: true } })
  })
}

/** When the primary dies it has writes that no secondary knows. */
async function killAhead(set: MongodSet): Promise<SetMember> {
  const primary = await set.primary()
  await set.holdReplication(true)
  await sleep(betweenMs / 2)
  await markPrimaryOnly(set.url)
  await primary.kill()
  await set.holdReplication(false)
  return primary
}

const countMarks = (url: string): Promise<number> =>
  withClient(url, (mongo) => mongo.db('marks').collection('marks').countDocuments())

interface Change {
  readonly from: string
  readonly to: string
}

async function disturb(set: MongodSet, ledger: ServerLedger): Promise<Change[]> {
  const changes: Change[] = []
  for (let n = 0; n < stepDowns; n += 1) {
    await untilAcknowledged(ledger, writerCount)
    const { host: from } = await set.stepDown(5)
    changes.push({ from, to: (await set.primary()).host })
    await sleep(betweenMs)
  }
  await untilAcknowledged(ledger, writerCount)
  const killed = await killAhead(set)
  changes.push({ from: killed.host, to: (await set.primary()).host })
  await untilAcknowledged(ledger, writerCount)
  await killed.start()
  await untilAcknowledged(ledger, writerCount)
  return changes
}

async function pushThroughOutages(set: MongodSet, seed: number) {
  const environment = { CHOWKI_LOG_LEVEL: 'warn' }
  const server = await SyncServer.start({ mongodbUrl: set.url, database, dataFolder: folder, environment })
  cleanups.add(() => server.kill())
  const client = await enrolClient(server)
  const base = await readNumbering(set.url, database, client.device.societyId)
  const [ledger, reader] = [newServerLedger(), newReader()]
  const reading = startReading(client, reader)
  cleanups.add(reading.stop)
  const writers = startWriters(client, ledger, writerCount, `step down ${seed}`)
  cleanups.add(writers.abandon)
  const changes = await disturb(set, ledger)
  await writers.finish()
  await reading.stop()
  return { client, ledger, reader, base, changes, server }
}

it(
  'P1 P2 the primary steps down and is killed under load: nothing answered is lost, nothing doubled, no number missing',
  { timeout: 600_000 },
  async () => {
    const begunAt = performance.now()
    const set = await startMongodSet(await provisionMongod(), folder)
    cleanups.add(set.stop)
    const seed = seedOfThisRun()
    const { client, ledger, reader, base, changes, server } = await pushThroughOutages(set, seed)
    const lost = await findLost(client, ledger, reader)
    const numbering = await readNumbering(set.url, database, client.device.societyId)
    const seconds = ((performance.now() - begunAt) / 1000).toFixed(1)
    process.stdout.write(
      `Three members, seed ${seed}: ${changes.length} changes of the primary, ${ledger.pushes} acknowledgements, ` +
        `${ledger.unanswered} tries without an answer, ${ledger.visits.size} visits, ` +
        `${ledger.photos.size} photos, ${lost.length} lost, ${seconds} s\n`,
    )
    expect(lost).toEqual([])
    expect(numbering.rows.map(({ id }) => id).toSorted()).toEqual([...ledger.visits.keys()].toSorted())
    expect(findGaps(numbering, base)).toEqual([])
    expect(await countMarks(set.url)).toBeLessThan(markCount)
    expect(server.process.hasExited()).toBe(false)
    // No election, no test.
    for (const { from, to } of changes) expect(to).not.toBe(from)
  },
)
