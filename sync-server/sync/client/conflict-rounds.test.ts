import { expect, test } from 'vitest'
import { createConflictRounds } from './conflict-rounds.ts'

function setUp() {
  let time = 0
  const pauses: number[] = []
  const loops: string[] = []
  const rounds = createConflictRounds({
    now: () => time,
    sleep: async (ms) => {
      pauses.push(ms)
      time += ms
    },
    onLoop: (id, count) => loops.push(`${id} ${count}`),
  })
  return { rounds, pauses, loops, wait: (ms: number) => (time += ms) }
}

test('trap 7: five rounds are free, each further one waits twice as long, up to the longest', async () => {
  const { rounds, pauses, loops } = setUp()
  for (let i = 0; i < 5; i++) await rounds.settle(['a'], [])
  expect([pauses, loops]).toEqual([[], []])
  for (let i = 0; i < 8; i++) await rounds.settle(['a'], [])
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  expect(loops[0]).toBe('a 6')
})

test('trap 7: a document that was settled, or that was quiet for long, begins anew', async () => {
  const { rounds, pauses, wait } = setUp()
  for (let i = 0; i < 5; i++) await rounds.settle(['a'], [])
  await rounds.settle([], ['a'])
  for (let i = 0; i < 5; i++) await rounds.settle(['a'], ['b'])
  wait(120_000)
  for (let i = 0; i < 5; i++) await rounds.settle(['a'], [])
  expect(pauses).toEqual([])
})

test('trap 7: a clock that goes back does not end the count', async () => {
  const { rounds, pauses, wait } = setUp()
  for (let i = 0; i < 5; i++) await rounds.settle(['a'], [])
  wait(-30_000)
  await rounds.settle(['a'], [])
  expect(pauses).toEqual([1_000])
})
