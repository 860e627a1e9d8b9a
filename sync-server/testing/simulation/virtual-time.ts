/**
 * Time that passes only when it is told to, and processes whose wall clocks differ. Timers, `Date.now`,
 * `performance.now`, `Math.random` and `AbortSignal.timeout` of this realm are replaced; promises, `nextTick` and
 * `setImmediate` stay real, and nothing here does real input or output, so that the same seed is the same run.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

/** One running program. What it starts (timers, promises) goes on in its name, by its clock. */
export interface Process {
  readonly name: string
  /** Its wall clock minus true time, in milliseconds. */
  skewMs: number
}

export interface VirtualTime {
  /** True time, epoch milliseconds. */
  now(): number
  run<T>(process: Process, work: () => T): T
  /** Fires what falls due, in order, and lets promises settle after each. */
  advance(ms: number): Promise<void>
  /** The whole world sleeps: what fell due meanwhile fires afterwards. */
  leap(ms: number): void
  /** Resolves when nothing more happens without time passing. */
  settle(): Promise<void>
  restore(): void
}

export interface VirtualTimeOptions {
  /** Epoch milliseconds. */
  readonly startAt: number
  readonly random: () => number
  /** Called whenever another process looks at its clock than the one before. */
  readonly onProcessSwitch?: (from: Process | undefined, to: Process | undefined) => void
  /** What answers `Date.now()`, given the clock of the process that asks. */
  readonly look?: (clock: () => number) => number
}

interface Timer {
  at: number
  readonly order: number
  readonly process: Process | undefined
  readonly callback: () => void
  readonly everyMs: number | undefined
  readonly handle: VirtualTimeout
  isDead: boolean
}

/** As much of `NodeJS.Timeout` as anyone here uses. */
class VirtualTimeout {
  readonly id: number
  constructor(id: number) {
    this.id = id
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  hasRef(): boolean {
    return true
  }
  [Symbol.toPrimitive](): number {
    return this.id
  }
}

const real = {
  setTimeout: globalThis.setTimeout,
  setInterval: globalThis.setInterval,
  clearTimeout: globalThis.clearTimeout,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
  dateNow: Date.now,
  performanceNow: performance.now.bind(performance),
  mathRandom: Math.random,
  abortTimeout: AbortSignal.timeout,
  compressionStream: globalThis.CompressionStream,
}

/** Real milliseconds, for measuring how fast virtual time goes. */
export const realNow = (): number => real.performanceNow()

const current = new AsyncLocalStorage<Process>()

export function installVirtualTime({
  startAt,
  random,
  onProcessSwitch = () => {},
  look = (clock) => clock(),
}: VirtualTimeOptions): VirtualTime {
  let now = startAt
  let order = 0
  let immediates = 0
  let looking: Process | undefined
  const timers: Timer[] = []
  const timersById = new Map<number, Timer>()

  function add(timer: Timer): void {
    let [low, high] = [0, timers.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const other = timers[middle] as Timer
      if (other.at < timer.at || (other.at === timer.at && other.order < timer.order)) low = middle + 1
      else high = middle
    }
    timers.splice(low, 0, timer)
    timersById.set(timer.handle.id, timer)
  }

  function start(callback: (...args: unknown[]) => void, ms: number, repeats: boolean, args: unknown[]) {
    const delay = Math.max(repeats ? 1 : 0, Number.isFinite(ms) ? ms : 0)
    order += 1
    const handle = new VirtualTimeout(order)
    add({
      at: now + delay,
      order,
      process: current.getStore(),
      callback: () => callback(...args),
      everyMs: repeats ? delay : undefined,
      handle,
      isDead: false,
    })
    return handle
  }

  function stop(handle: unknown): void {
    const id = handle instanceof VirtualTimeout ? handle.id : Number(handle)
    const timer = timersById.get(id)
    if (!timer) return
    timer.isDead = true
    timersById.delete(id)
    const index = timers.indexOf(timer)
    if (index >= 0) timers.splice(index, 1)
  }

  function wallClock(): number {
    const process = current.getStore()
    if (process !== looking) {
      const before = looking
      looking = process
      onProcessSwitch(before, process)
    }
    return Math.floor(now + (process?.skewMs ?? 0))
  }

  async function settle(): Promise<void> {
    do await new Promise<void>((resolve) => real.setImmediate(resolve))
    while (immediates > 0)
  }

  function fire(timer: Timer): void {
    timersById.delete(timer.handle.id)
    if (timer.everyMs !== undefined) {
      order += 1
      add({ ...timer, at: now + timer.everyMs, order })
    }
    if (timer.process) current.run(timer.process, timer.callback)
    else current.exit(timer.callback)
  }

  Object.assign(globalThis, {
    setTimeout: (callback: () => void, ms = 0, ...args: unknown[]) => start(callback, ms, false, args),
    setInterval: (callback: () => void, ms = 0, ...args: unknown[]) => start(callback, ms, true, args),
    clearTimeout: stop,
    clearInterval: stop,
    setImmediate: (callback: (...args: unknown[]) => void, ...args: unknown[]) => {
      immediates += 1
      return real.setImmediate(() => {
        immediates -= 1
        callback(...args)
      })
    },
    // Compression is done by threads, in real time; without it the client sends plain JSON.
    CompressionStream: undefined,
  })
  Date.now = () => look(wallClock)
  performance.now = () => now - startAt
  Math.random = random
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new DOMException('timed out', 'TimeoutError')), ms)
    return controller.signal
  }

  return {
    now: () => now,
    run: (process, work) => current.run(process, work),
    async advance(ms) {
      const until = now + ms
      await settle()
      for (let next = timers[0]; next && next.at <= until; next = timers[0]) {
        timers.shift()
        now = Math.max(now, next.at)
        fire(next)
        await settle()
      }
      now = until
    },
    leap(ms) {
      now += ms
    },
    settle,
    restore() {
      const { dateNow, performanceNow, mathRandom, abortTimeout, compressionStream, ...timing } = real
      Object.assign(globalThis, timing, { CompressionStream: compressionStream })
      Date.now = dateNow
      performance.now = performanceNow
      Math.random = mathRandom
      AbortSignal.timeout = abortTimeout
    },
  }
}
