/** The writable side of `Live`: subscribers hear only of a snapshot that is another object. */
import type { Live } from '../kiosk-data.ts'

export interface LiveSource<T> extends Live<T> {
  set(next: T): void
  update(change: (current: T) => T): void
}

export function createLive<T>(initial: T): LiveSource<T> {
  let snapshot = initial
  const listeners = new Set<() => void>()
  const set = (next: T): void => {
    if (Object.is(next, snapshot)) return
    snapshot = next
    for (const listener of [...listeners]) listener()
  }
  return {
    current: () => snapshot,
    subscribe(onChange) {
      listeners.add(onChange)
      return () => void listeners.delete(onChange)
    },
    set,
    update: (change) => set(change(snapshot)),
  }
}

/** Hands every snapshot of `from` on to `to`, the present one at once. Returns a function that stops it. */
export function feed<T>(from: Live<T>, to: LiveSource<T>): () => void {
  const hand = (): void => to.set(from.current())
  hand()
  return from.subscribe(hand)
}
