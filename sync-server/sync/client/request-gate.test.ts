import { expect, test } from 'vitest'
import { createRequestGate } from './request-gate.ts'
import { SyncError } from './sync-error.ts'

test('SYNC-CLIENT-5 after a fatal answer nothing is sent for a while, unless it is released', async () => {
  let time = 0
  let runs = 0
  const told: string[] = []
  const gate = createRequestGate(
    (error) => told.push(error.trouble),
    () => time,
  )
  const refuse = () =>
    gate
      .run(async () => {
        runs += 1
        throw new SyncError('unauthenticated', 'no')
      })
      .catch((error: SyncError) => error.trouble)
  expect([await refuse(), await refuse(), runs]).toEqual(['unauthenticated', 'unauthenticated', 1])
  time = 30_000
  await refuse()
  expect(runs).toBe(2)
  gate.release()
  await refuse()
  expect([runs, told.length]).toEqual([3, 3])
})

test('SYNC-CLIENT-5 a failure that passes holds nothing back', async () => {
  let runs = 0
  const gate = createRequestGate(() => {})
  const fail = () =>
    gate
      .run(async () => {
        runs += 1
        throw new Error('socket hang up')
      })
      .catch((error: SyncError) => error.trouble)
  expect([await fail(), await fail(), runs]).toEqual(['replicaFailed', 'replicaFailed', 2])
  expect(await gate.run(async () => 'well')).toBe('well')
})
