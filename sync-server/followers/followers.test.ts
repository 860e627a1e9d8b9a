import { describe, expect, test } from 'vitest'
import { createFollowerWorld, recordingFollower } from '../testing/follower-servers.ts'
import { newId } from '../testing/test-society.ts'
import { followerTiming } from './follower.ts'
import { readLag } from './lag.ts'

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)
const forever = () => new Promise<never>(() => {})

describe('a follower keeps up', () => {
  test('FOLLOW-5 what was written while no server ran comes in pages, in order, once', async () => {
    const { time, places, startServer, write } = createFollowerWorld()
    const partition = newId()
    await write(partition, 25)
    const search = recordingFollower('search')
    startServer([search], { batchSize: 10 })
    await time.pass(0)
    expect(search.batches.map(({ seqs }) => seqs.length)).toEqual([10, 10, 5])
    expect(search.seqsOf(partition)).toEqual(numbers(1, 25))
    expect(await places.state({ follower: 'search', partition })).toMatchObject({ seq: 25, behindMs: 0 })
  })

  test('FOLLOW-5 a commit wakes it when the desks have read it; those right after it are gathered', async () => {
    const { time, startServer, write } = createFollowerWorld()
    const partition = newId()
    const search = recordingFollower('search')
    startServer([search])
    await time.pass(0)
    await write(partition, 1)
    await time.pass(followerTiming.settleMs - 1)
    expect(search.batches).toEqual([])
    await time.pass(1)
    expect(search.seqsOf(partition)).toEqual([1])
    await write(partition, 3)
    await time.pass(followerTiming.gatherMs - 1)
    expect(search.batches).toHaveLength(1)
    await time.pass(1)
    expect(search.batches.map(({ seqs }) => seqs)).toEqual([[1], [2, 3, 4]])
  })

  test('FOLLOW-5 other collections do not wake it; the slow look moves its place over them', async () => {
    const { time, places, startServer, write } = createFollowerWorld()
    const partition = newId()
    const search = recordingFollower('search')
    startServer([search])
    await time.pass(0)
    await write(partition, 5, 'people')
    await time.pass(followerTiming.gatherMs)
    expect(await places.states()).toEqual([])
    await time.pass(followerTiming.pollMs)
    expect(await places.state({ follower: 'search', partition })).toMatchObject({ seq: 5, behindMs: 0 })
    expect(search.batches).toEqual([])
  })

  test('FOLLOW-8 a restored backup, by its new lineage, makes it start over', async () => {
    const { storage, time, places, startServer, write } = createFollowerWorld({
      newLineage: () => 'restored',
    })
    const partition = newId()
    const key = { follower: 'search', partition }
    const claim = await places.claim(key, 1_000)
    if (!claim) throw new Error('not free')
    await places.advance(claim, { lineage: 'lost', seq: 40 }, { isAtHead: true, leaseMs: 1_000 })
    await write(partition, 3)
    const search = recordingFollower('search')
    startServer([search])
    await time.pass(0)
    expect(search.seqsOf(partition)).toEqual([1, 2, 3])
    expect(await places.state(key)).toMatchObject(await storage.head(partition))
  })
})

describe('several servers', () => {
  test('FOLLOW-3 one server leads at a time, and what it does is not done twice', async () => {
    const { time, startServer, write } = createFollowerWorld()
    const partition = newId()
    await write(partition, 30)
    const [one, two] = [recordingFollower('search'), recordingFollower('search')]
    startServer([one], { batchSize: 10 })
    startServer([two], { batchSize: 10 })
    await time.pass(0)
    await write(partition, 10)
    await time.pass(60_000)
    const all = [...one.seqsOf(partition), ...two.seqsOf(partition)]
    expect(all.toSorted((left, right) => left - right)).toEqual(numbers(1, 40))
  })

  test('FOLLOW-3 a leader at work keeps its lease, however long a batch takes', async () => {
    const { time, startServer, write } = createFollowerWorld()
    const partition = newId()
    await write(partition, 1)
    let finish = (): void => undefined
    const slow = recordingFollower('search', () => new Promise((resolve) => (finish = resolve)))
    const idle = recordingFollower('search')
    startServer([slow])
    await time.pass(0)
    startServer([idle])
    await time.pass(followerTiming.leaseMs * 4)
    finish()
    await time.pass(60_000)
    expect([slow.batches.length, idle.batches.length]).toEqual([1, 0])
  })

  test('FOLLOW-10 a server that stops lets go at once, in the middle of a batch too', async () => {
    const { time, startServer, write } = createFollowerWorld()
    const partition = newId()
    await write(partition, 2)
    const signals: AbortSignal[] = []
    const deaf = recordingFollower('search', (_, signal) => {
      signals.push(signal)
      return forever()
    })
    const first = startServer([deaf])
    await time.pass(0)
    await first.stop()
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    const second = recordingFollower('search')
    startServer([second])
    await time.pass(0)
    expect(second.seqsOf(partition)).toEqual([1, 2])
  })

  test('FOLLOW-10 a stopped server hears and does nothing more', async () => {
    const { time, startServer, write } = createFollowerWorld()
    const partition = newId()
    const search = recordingFollower('search')
    const server = startServer([search])
    await time.pass(0)
    await server.stop()
    await write(partition, 1)
    await time.pass(600_000)
    expect(search.batches).toEqual([])
  })
})

describe('a follower that fails', () => {
  test('FOLLOW-6 is tried again after longer and longer pauses, and nothing is skipped', async () => {
    const { time, places, failures, startServer, write } = createFollowerWorld()
    const partition = newId()
    await write(partition, 2)
    let isBroken = true
    const times: number[] = []
    const search = recordingFollower('search', async () => {
      times.push(time.now())
      if (isBroken) throw new Error('index is read-only')
    })
    startServer([search])
    await time.pass(16_000)
    expect(times).toEqual([0, 1_000, 3_000, 7_000, 15_000])
    const key = { follower: 'search', partition }
    expect(await places.state(key)).toMatchObject({ seq: 0, failures: 5, lastError: 'index is read-only' })
    expect(failures.map((failure) => failure.failures)).toEqual([1, 2, 3, 4, 5])
    isBroken = false
    await time.pass(16_000)
    expect(await places.state(key)).toMatchObject({ seq: 2, failures: 0, lastError: null })
    expect(search.batches.at(-1)?.seqs).toEqual([1, 2])
  })

  test('FOLLOW-6 the pause binds every server', async () => {
    const { time, startServer, write } = createFollowerWorld()
    const partition = newId()
    await write(partition, 1)
    const broken = () => recordingFollower('search', () => Promise.reject(new Error('no')))
    const [one, two] = [broken(), broken()]
    startServer([one])
    startServer([two])
    await time.pass(200_000)
    // As many as one server alone makes: after 1, 2, 4, ... 128 seconds.
    expect(one.batches.length + two.batches.length).toBeGreaterThan(4)
    expect(one.batches.length + two.batches.length).toBeLessThanOrEqual(8)
  })

  test('FOLLOW-6 the sound changes before a bad one get through', async () => {
    const { time, places, startServer, write } = createFollowerWorld()
    const partition = newId()
    await write(partition, 100)
    const bad = 61
    const picky = recordingFollower('search', async (changes) => {
      if (changes.some(({ seq }) => seq === bad)) throw new Error('cannot be read')
    })
    startServer([picky], { batchSize: 100 })
    await time.pass(3_600_000)
    expect(await places.state({ follower: 'search', partition })).toMatchObject({ seq: bad - 1 })
    expect(picky.batches.at(-1)?.seqs).toEqual([bad])
  })

  test('FOLLOW-7 neither a failing follower nor a hanging one holds up others or other partitions', async () => {
    const { time, failures, startServer, write } = createFollowerWorld()
    const [bad, good] = [newId(), newId()]
    await write(bad, 1)
    await write(good, 1)
    const failing = recordingFollower('failing', () => Promise.reject(new Error('no')))
    const hanging = recordingFollower('hanging', async () => {
      if (hanging.batches.at(-1)?.partition === bad) await forever()
    })
    const sound = recordingFollower('sound')
    startServer([failing, hanging, sound])
    await time.pass(0)
    for (const follower of [hanging, sound]) expect(follower.seqsOf(good)).toEqual([1])
    expect(sound.seqsOf(bad)).toEqual([1])
    await time.pass(followerTiming.batchMs)
    expect(failures).toContainEqual(expect.objectContaining({ follower: 'hanging', partition: bad }))
  })

  test('FOLLOW-7 it works on a few partitions at once, and comes to all of them', async () => {
    const { time, startServer, write } = createFollowerWorld()
    const partitions = Array.from({ length: 9 }, newId)
    for (const partition of partitions) await write(partition, 1)
    let [atOnce, most] = [0, 0]
    const search = recordingFollower('search', async () => {
      most = Math.max(most, (atOnce += 1))
      await new Promise<void>((resolve) => time.schedule(100, resolve))
      atOnce -= 1
    })
    startServer([search], { partitionsAtOnce: 3 })
    await time.pass(1_000)
    expect(most).toBe(3)
    for (const partition of partitions) expect(search.seqsOf(partition)).toEqual([1])
  })

  test('FOLLOW-6 a store that does not answer is asked again', async () => {
    const { storage, time, failures, startServer, write } = createFollowerWorld()
    const partition = newId()
    await write(partition, 1)
    const { changesAfter } = storage
    storage.changesAfter = () => Promise.reject(new Error('the database did not answer'))
    const search = recordingFollower('search')
    startServer([search])
    await time.pass(0)
    expect(failures).toHaveLength(1)
    storage.changesAfter = changesAfter
    await time.pass(10_000)
    expect(search.seqsOf(partition)).toEqual([1])
  })
})

test('FOLLOW-9 the lag tells of every follower in every partition, begun or not', async () => {
  const { time, places, startServer, write } = createFollowerWorld()
  const [one, two] = [newId(), newId()]
  await write(one, 3)
  await write(two, 2)
  const search = recordingFollower('search', async () => {
    if (search.batches.at(-1)?.partition === two) throw new Error('full')
  })
  startServer([search])
  await time.pass(500)
  const sound = { failures: 0, lastError: null, behindMs: 0 }
  expect(await readLag(places, ['search', 'counters'])).toEqual([
    { follower: 'search', partition: one, place: 3, head: 3, changes: 0, ...sound },
    { follower: 'counters', partition: one, place: 0, head: 3, changes: 3, ...sound },
    {
      follower: 'search',
      partition: two,
      place: 0,
      head: 2,
      changes: 2,
      behindMs: 500,
      failures: 1,
      lastError: 'full',
    },
    { follower: 'counters', partition: two, place: 0, head: 2, changes: 2, ...sound },
  ])
})
