/** Real server processes on a real MongoDB, one of which is killed, or held up, while it leads. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { SyncStorage } from '../storage/storage.ts'
import { createMongoPlaces } from '../storage/mongo/mongo-places.ts'
import { followedThings } from '../testing/followed-things.ts'
import { newHexId, openTestDatabase } from '../testing/test-database.ts'
import type { TestDatabase } from '../testing/test-database.ts'

const program = fileURLToPath(new URL('../testing/following-process.ts', import.meta.url))
const leaseMs = 2_000
/** Seconds, as promised, on a machine that is busy with other tests. */
const takenOverWithinMs = 20_000
const many = 70

interface FollowingServer {
  readonly child: ChildProcess
  /** Numbers in the order in which they were seen. */
  readonly saw: number[]
  /** Last numbers of the batches that ended. */
  readonly done: number[]
  /** So often it was not allowed to move the place. */
  refused: number
}

let database: TestDatabase
let storage: SyncStorage
const servers: FollowingServer[] = []
beforeAll(async () => {
  database = await openTestDatabase([followedThings])
  storage = database.openStorage()
})
afterEach(async () => {
  for (const { child } of servers.splice(0)) child.kill('SIGKILL')
  await database.db.collection('followerPlaces').deleteMany({})
  await database.db.collection('syncHeads').deleteMany({})
})
afterAll(() => database.drop())

async function startServer(lease = leaseMs): Promise<FollowingServer> {
  const child = spawn(process.execPath, [program, database.name, '20', String(lease)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const server: FollowingServer = { child, saw: [], done: [], refused: 0 }
  servers.push(server)
  const lines = createInterface({ input: child.stdout })
  const ready = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      const [word, seq] = line.split(' ')
      if (word === 'ready') resolve()
      if (word === 'saw') server.saw.push(Number(seq))
      if (word === 'done') server.done.push(Number(seq))
      if (word === 'refused') server.refused += 1
      if (word === 'failed') throw new Error(line)
    })
  })
  await Promise.race([ready, once(child, 'exit').then(() => Promise.reject(new Error('it ended')))])
  return server
}

async function write(partition: string, count: number): Promise<void> {
  const writes = Array.from({ length: count }, () => {
    const id = newHexId()
    return { id, deleted: false, document: { _id: id, ownerId: partition } }
  })
  await storage.transact(partition, async (tx) => tx.insert('things', writes))
}

const placeOf = async (partition: string) =>
  (await createMongoPlaces(database.db).state({ follower: 'recorder', partition })).seq

/** Of two servers at work on one partition, the one that sees something. */
async function leaderInMidBatch(): Promise<[FollowingServer, FollowingServer]> {
  await vi.waitFor(
    () =>
      expect(
        servers.some(({ saw, done }) => done.length > 0 && (saw.at(-1) ?? 0) > (done.at(-1) ?? 0) + 3),
      ).toBe(true),
    { timeout: 20_000, interval: 5 },
  )
  const [one, two] = servers
  if (!one || !two) throw new Error('two servers')
  return one.saw.length > 0 ? [one, two] : [two, one]
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const unique = (seqs: readonly number[]) => [...new Set(seqs)].toSorted((left, right) => left - right)
const isAscending = (seqs: readonly number[]) =>
  seqs.every((seq, index) => index === 0 || seq > (seqs[index - 1] ?? 0))

test('FOLLOW-3 a leader killed in mid-batch: another takes over within seconds, and misses nothing', async () => {
  const partition = newHexId()
  await Promise.all([startServer(), startServer()])
  await write(partition, many)
  const [leader, other] = await leaderInMidBatch()
  expect(other.saw).toEqual([])
  const gone = once(leader.child, 'exit')
  leader.child.kill('SIGKILL')
  await gone
  const killedAt = performance.now()
  const place = await placeOf(partition)
  await vi.waitFor(() => expect(other.saw.length).toBeGreaterThan(0), {
    timeout: takenOverWithinMs,
    interval: 20,
  })
  expect(performance.now() - killedAt).toBeLessThan(takenOverWithinMs)
  await vi.waitFor(async () => expect(await placeOf(partition)).toBe(many), { timeout: 30_000, interval: 50 })
  // From its place on: what the killed one had seen of its last batch comes again.
  expect(other.saw[0]).toBe(place + 1)
  expect(leader.saw.at(-1)).toBeGreaterThan(place)
  expect([isAscending(leader.saw), isAscending(other.saw)]).toEqual([true, true])
  expect(unique([...leader.saw, ...other.saw])).toEqual(numbers(many))
})

test('FOLLOW-4 a leader held up past its lease moves the place no more when it goes on', async () => {
  const partition = newHexId()
  await Promise.all([startServer(), startServer()])
  await write(partition, many)
  const [held, other] = await leaderInMidBatch()
  held.child.kill('SIGSTOP')
  await vi.waitFor(async () => expect(await placeOf(partition)).toBe(many), { timeout: 60_000, interval: 50 })
  held.child.kill('SIGCONT')
  await vi.waitFor(() => expect(held.refused).toBe(1), { timeout: 30_000, interval: 20 })
  expect(held.done.at(-1)).toBeLessThan(many)
  expect(await placeOf(partition)).toBe(many)
  await write(partition, 1)
  await vi.waitFor(async () => expect(await placeOf(partition)).toBe(many + 1), {
    timeout: 30_000,
    interval: 50,
  })
  expect(unique([...held.saw, ...other.saw])).toEqual(numbers(many + 1))
})

test('FOLLOW-10 a server that is told to stop leaves its partitions to another, however long its lease', async () => {
  const partition = newHexId()
  const minutes = 10 * 60_000
  const leader = await startServer(minutes)
  await write(partition, many)
  await vi.waitFor(() => expect(leader.saw.length).toBeGreaterThan(25), { timeout: 20_000, interval: 5 })
  leader.child.kill('SIGTERM')
  expect(await once(leader.child, 'exit')).toEqual([0, null])
  const other = await startServer(minutes)
  await vi.waitFor(async () => expect(await placeOf(partition)).toBe(many), { timeout: 30_000, interval: 50 })
  expect(unique([...leader.saw, ...other.saw])).toEqual(numbers(many))
})

test('FOLLOW-8 a restored database, by its new lineage, is followed from the beginning', async () => {
  const partition = newHexId()
  await write(partition, 10)
  const { saw } = await startServer()
  await vi.waitFor(async () => expect(await placeOf(partition)).toBe(10), { timeout: 30_000, interval: 20 })
  await database.startNewHistory()
  await vi.waitFor(() => expect(saw).toEqual([...numbers(10), ...numbers(10)]), {
    timeout: 30_000,
    interval: 20,
  })
})
