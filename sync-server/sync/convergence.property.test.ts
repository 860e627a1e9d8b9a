/**
 * Several replicas and one server over a line that drops, repeats and loses replies, with restarts on both sides.
 * Whatever the order of things: in the end all hold the same, every record once, and no edit is lost.
 * A seed that ever failed is added to `failedOnce` and runs for good.
 */
import { describe, expect, test } from 'vitest'
import { createMemoryStorage } from '../storage/memory/memory-storage.ts'
import type { SyncStorage } from '../storage/storage.ts'
import type { SyncRequest } from './client/post-json.ts'
import type { SyncServerReplication } from './client/replicate-to-sync-server.ts'
import { eventually, openTestReplica } from './client/test-support/test-replica.ts'
import type { Note, TestReplica } from './client/test-support/test-replica.ts'
import { buildTestApp } from './server/test-support/test-server.ts'
import type { TestApp } from './server/test-support/test-server.ts'

const failedOnce: readonly number[] = []
const seeds = [...failedOnce, ...Array.from({ length: 12 }, (_, i) => i + 1)]
const partition = 'a'.repeat(24)
const replicaCount = 3
const steps = 60

/** Mulberry32: small, and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface World {
  readonly random: () => number
  readonly storage: SyncStorage
  app: TestApp
  isFaulty: boolean
}

/** One desk: its database outlives its replication, as a disk outlives a process. */
interface Desk {
  readonly replica: TestReplica
  replication: SyncServerReplication<Note>
}

const faulty =
  (world: World, source: string): SyncRequest =>
  async (path, init) => {
    const fate = world.isFaulty ? world.random() : 1
    await new Promise((resolve) => setTimeout(resolve, world.isFaulty ? world.random() * 10 : 0))
    if (fate < 0.2) throw new Error('lost on the way there')
    const response = await world.app.request(partition, source, path, init)
    if (fate < 0.35) throw new Error('lost on the way back')
    // A proxy that repeats: the second answer is the one that arrives.
    return fate < 0.45 ? world.app.request(partition, source, path, init) : response
  }

const replicate = (world: World, replica: TestReplica, index: number) =>
  replica.replicate({
    request: faulty(world, `desk${index}`),
    retryTime: 5,
    pull: { batchSize: 5 },
    push: { batchSize: 4 },
  })

async function step(
  world: World,
  desks: readonly Desk[],
  ids: string[],
  edits: Map<string, Set<string>>,
): Promise<void> {
  const { random } = world
  const index = Math.floor(random() * desks.length)
  const desk = desks[index]
  if (!desk) throw new Error('no desk')
  const kind = random()
  if (kind < 0.35 || ids.length === 0) {
    const id = (ids.length + 1).toString(16).padStart(24, '0')
    ids.push(id)
    edits.set(id, new Set())
    await desk.replica.write({ _id: id, ownerId: partition })
  } else if (kind < 0.85) {
    const id = ids[Math.floor(random() * ids.length)] ?? ''
    const note = await desk.replica.notes.findOne(id).exec()
    if (!note || (note.tags?.length ?? 0) >= 18 || (edits.get(id)?.size ?? 0) >= 18) return
    const tag = `${index}-${edits.get(id)?.size}`
    edits.get(id)?.add(tag)
    await note.incrementalModify((data) => ({ ...data, tags: [...(data.tags ?? []), tag] }))
  } else if (kind < 0.93) {
    await desk.replication.cancel()
    desk.replication = replicate(world, desk.replica, index)
  } else if (kind < 0.96) {
    await world.app.close()
    world.app = await buildTestApp({ storage: world.storage })
  } else {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const sortedTags = (notes: readonly Note[]) =>
  notes.map(({ _id, text, tags = [] }) => ({ _id, text, tags: tags.toSorted() }))

describe('SYNC-SIM replicas converge (P1, P2, P5)', () => {
  test.each(seeds)('seed %i', { timeout: 60_000 }, async (seed) => {
    const storage = createMemoryStorage()
    const world: World = {
      random: createRandom(seed),
      storage,
      app: await buildTestApp({ storage }),
      isFaulty: true,
    }
    const desks: Desk[] = []
    for (let index = 0; index < replicaCount; index++) {
      const replica = await openTestReplica()
      desks.push({ replica, replication: replicate(world, replica, index) })
    }
    const ids: string[] = []
    const edits = new Map<string, Set<string>>()
    for (let i = 0; i < steps; i++) await step(world, desks, ids, edits)

    world.isFaulty = false
    const expected = ids.map((id) => ({ _id: id, text: '', tags: [...(edits.get(id) ?? [])].toSorted() }))
    const everywhere = async () => {
      desks.forEach(({ replication }) => replication.reSync())
      const onServer = await storage.changesAfter(partition, 'notes', 0, 1_000)
      const server = onServer.map(({ document }) => document as unknown as Note)
      const all = [server.toSorted((a, b) => (a._id < b._id ? -1 : 1))]
      for (const { replica } of desks) all.push(await replica.all())
      return all.map(sortedTags)
    }
    const isSettled = (all: unknown[]) => all.every((one) => JSON.stringify(one) === JSON.stringify(expected))
    await eventually(everywhere, isSettled, 30_000).catch(async () => {
      for (const one of await everywhere()) expect(one).toEqual(expected)
    })
    expect(storage.quarantined()).toEqual([])
    for (const { replica, replication } of desks) {
      await replication.cancel()
      await replica.close()
    }
    await world.app.close()
  })
})
