import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createNudgeHub } from './nudges.ts'
import type { NudgeHub, NudgeResponse } from './nudges.ts'

class FakeResponse implements NudgeResponse {
  readonly texts: string[] = []
  isFull = false
  ended = false
  destroyed = false
  readonly #listeners = { drain: [] as (() => void)[], close: [] as (() => void)[] }

  write(text: string): boolean {
    this.texts.push(text)
    return !this.isFull
  }
  end(): void {
    this.ended = true
  }
  destroy(): void {
    this.destroyed = true
  }
  on(event: 'drain' | 'close', listener: () => void): void {
    this.#listeners[event].push(listener)
  }
  emit(event: 'drain' | 'close'): void {
    if (event === 'drain') this.isFull = false
    for (const listener of this.#listeners[event]) listener()
  }
  get nudges(): string[][] {
    return this.texts.flatMap((text) => {
      const [, data] = /^event: nudge\ndata: (.*)\n\n$/.exec(text) ?? []
      return data ? [(JSON.parse(data) as { collections: string[] }).collections] : []
    })
  }
}

let hub: NudgeHub
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  hub = createNudgeHub({ heartbeatMs: 15_000, coalesceMs: 200 })
})
afterEach(() => {
  hub.close()
  vi.useRealTimers()
})

function connect(partition: string, source = partition) {
  const stream = new FakeResponse()
  hub.connect(partition, source, stream)
  return stream
}

test('SYNC-NUDGE-1 the first nudge goes out at once, those soon after it as one', () => {
  const stream = connect('p')
  hub.publish('p', ['a'])
  expect(stream.nudges).toEqual([['a']])
  hub.publish('p', ['a', 'b'])
  hub.publish('p', ['b'])
  hub.publish('p', ['c'])
  expect(stream.nudges).toHaveLength(1)
  vi.advanceTimersByTime(200)
  expect(stream.nudges).toEqual([['a'], ['a', 'b', 'c']])
  vi.advanceTimersByTime(1_000)
  hub.publish('p', ['d'])
  expect(stream.nudges.at(-1)).toEqual(['d'])
})

test('SYNC-NUDGE-1 who wrote hears of it with those that wait, also where none does', () => {
  const [writer, other] = [connect('p', 'writer'), connect('p', 'other')]
  hub.publish('p', ['a'], 'writer')
  expect(other.nudges).toEqual([['a']])
  expect(writer.nudges).toEqual([])
  vi.advanceTimersByTime(200)
  expect(writer.nudges).toEqual([['a']])
  // What was told late has opened no new wait for the others.
  hub.publish('p', ['b'], 'other')
  expect(writer.nudges).toEqual([['a'], ['b']])
  hub.publish('p', ['c'], 'writer')
  vi.advanceTimersByTime(200)
  expect(other.nudges.flat()).toEqual(['a', 'b', 'c'])
  expect(writer.nudges.flat()).toEqual(['a', 'b', 'c'])
})

test('SYNC-NUDGE-2 goes to its partition only (P6), and carries names only (trap 3)', () => {
  const [mine, theirs] = [connect('mine'), connect('theirs')]
  hub.publish('mine', ['a'])
  expect(mine.nudges).toEqual([['a']])
  expect(theirs.nudges).toEqual([])
})

test('SYNC-NUDGE-3 a heartbeat keeps the line open', () => {
  const stream = connect('p')
  vi.advanceTimersByTime(30_000)
  expect(stream.texts.filter((text) => text === ':\n\n')).toHaveLength(2)
})

test('SYNC-NUDGE-3 heartbeats of many streams take turns, and each has one in its time', () => {
  const streams = Array.from({ length: 150 }, (_, n) => connect('p', `desk ${n}`))
  const beats = (): number[] =>
    streams.map((stream) => stream.texts.filter((text) => text === ':\n\n').length)
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
  for (let second = 1; second <= 15; second += 1) {
    const before = sum(beats())
    vi.advanceTimersByTime(1_000)
    expect(sum(beats()) - before).toBe(10)
  }
  expect(new Set(beats())).toEqual(new Set([1]))
})

test('SYNC-NUDGE-4 a slow reader gets one merged nudge when it reads again', () => {
  const stream = connect('p')
  stream.isFull = true
  hub.publish('p', ['a'])
  for (let i = 0; i < 1_000; i++) hub.publish('p', ['b', 'c'])
  vi.advanceTimersByTime(5_000)
  expect(stream.nudges).toEqual([['a']])
  stream.emit('drain')
  expect(stream.nudges).toEqual([['a'], ['b', 'c']])
})

test('SYNC-NUDGE-4 a reader that takes nothing for a heartbeat is dropped', () => {
  const stream = connect('p')
  stream.isFull = true
  hub.publish('p', ['a'])
  vi.advanceTimersByTime(15_000)
  expect(stream.destroyed).toBe(true)
  expect(hub.connections).toBe(0)
})

test('SYNC-NUDGE-4 a reader has a whole heartbeat to take something, whenever it fell behind', () => {
  const streams = Array.from({ length: 15 }, (_, n) => connect('p', `desk ${n}`))
  vi.advanceTimersByTime(14_000)
  for (const stream of streams) stream.isFull = true
  hub.publish('p', ['a'])
  vi.advanceTimersByTime(14_000)
  expect(streams.map((stream) => stream.destroyed)).not.toContain(true)
  streams[0]?.emit('drain')
  vi.advanceTimersByTime(1_000)
  expect(streams.map((stream) => stream.destroyed)).toEqual([false, ...Array<boolean>(14).fill(true)])
})

test('SYNC-NUDGE-4 a slow reader holds up no other of its partition', () => {
  const [slow, quick] = [connect('p', 'slow'), connect('p', 'quick')]
  slow.isFull = true
  hub.publish('p', ['a'])
  hub.publish('p', ['b'])
  vi.advanceTimersByTime(200)
  expect(quick.nudges).toEqual([['a'], ['b']])
  expect(slow.nudges).toEqual([['a']])
})

test('SYNC-NUDGE-5 a stream that has closed does not count as one of its source’s two', () => {
  const [first, second] = [connect('p', 'desk'), connect('p', 'desk')]
  first.emit('close')
  const third = connect('p', 'desk')
  expect([second.ended, third.ended]).toEqual([false, false])
  expect(hub.connections).toBe(2)
})

test('SYNC-NUDGE-5 nothing is written to a stream that was ended, though it owes a nudge and is read again', () => {
  const stream = connect('p', 'desk')
  stream.isFull = true
  hub.publish('p', ['a'])
  hub.publish('p', ['b'])
  vi.advanceTimersByTime(200)
  hub.disconnect('p', 'desk')
  const written = stream.texts.length
  stream.emit('drain')
  expect([stream.ended, stream.texts.length]).toEqual([true, written])
})

test('SYNC-NUDGE-5 streams end when their source is no longer good, or opens too many', () => {
  const streams = [connect('p', 'desk'), connect('p', 'desk'), connect('p', 'desk')]
  expect(streams.map((stream) => stream.ended)).toEqual([true, false, false])
  const other = connect('p', 'other')
  const namesake = connect('q', 'desk')
  hub.disconnect('p', 'desk')
  expect(streams.map((stream) => stream.ended)).toEqual([true, true, true])
  expect(other.ended).toBe(false)
  expect(namesake.ended, 'the same name in another partition').toBe(false)
  other.emit('close')
  namesake.emit('close')
  expect(hub.connections).toBe(0)
  hub.publish('p', ['a'])
  expect(other.nudges).toEqual([])
})

test('SYNC-NUDGE-6 closing ends every stream and stops every timer', () => {
  const streams = [connect('p'), connect('q')]
  hub.publish('p', ['a'])
  hub.close()
  expect(streams.every((stream) => stream.ended)).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})
