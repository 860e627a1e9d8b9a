/** A list does not move under a hand: while one is in it, every row keeps its place, and newcomers wait to be asked for. */
import { useLayoutEffect, useRef, useState } from 'react'
import type { PointerEvent } from 'react'

export interface HeldRow<T> {
  readonly item: T
  /** As it was shown last: it is not in the list any more, its place stays. */
  readonly isGone: boolean
}

export interface HeldOrder<T> {
  readonly rows: readonly HeldRow<T>[]
  readonly newcomers: readonly T[]
}

/** `before`: what is shown, in its order. */
export function heldOrder<T>(
  before: readonly T[],
  items: readonly T[],
  keyOf: (item: T) => string,
): HeldOrder<T> {
  const itemsByKey = new Map(items.map((item) => [keyOf(item), item]))
  const known = new Set(before.map(keyOf))
  return {
    rows: before.map((last) => {
      const item = itemsByKey.get(keyOf(last))
      return { item: item ?? last, isGone: item === undefined }
    }),
    newcomers: items.filter((item) => !known.has(keyOf(item))),
  }
}

interface Hold<T> {
  readonly keyOf: (item: T) => string
  readonly isHeld: boolean
  /** What the list answers: another question is another list. */
  readonly scope: string
}

export function useHeldOrder<T>(
  items: readonly T[],
  { keyOf, isHeld, scope }: Hold<T>,
): HeldOrder<T> & { readonly takeIn: () => void } {
  const last = useRef<{ readonly scope: string; readonly shown: readonly T[] } | null>(null)
  const [, setTaken] = useState(0)
  const before = last.current?.scope === scope ? last.current.shown : []
  const order: HeldOrder<T> =
    isHeld && before.length > 0
      ? heldOrder(before, items, keyOf)
      : { rows: items.map((item) => ({ item, isGone: false })), newcomers: [] }
  useLayoutEffect(() => {
    last.current = { scope, shown: order.rows.map((row) => row.item) }
  })
  return {
    ...order,
    takeIn: () => {
      last.current = null
      setTaken((n) => n + 1)
    },
  }
}

/** A finger leaves no trace between two taps. */
const handStaysMs = 3_000

/** Whether somebody is at this list with mouse or finger. */
export function useHand() {
  const [isThere, setThere] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useLayoutEffect(() => () => clearTimeout(timer.current), [])
  const leave = (): void => {
    clearTimeout(timer.current)
    setThere(false)
  }
  const stay = (): void => {
    clearTimeout(timer.current)
    timer.current = setTimeout(leave, handStaysMs)
    setThere(true)
  }
  return {
    isThere,
    onHand: {
      onPointerDown: stay,
      onPointerMove: stay,
      onWheel: stay,
      onPointerLeave: (event: PointerEvent) => {
        if (event.pointerType === 'mouse') leave()
      },
    },
  }
}
