/**
 * One tap, one person. After a tap its place is dead for a moment for whatever came to stand there since: the second
 * tap of a double tap meant what the first one meant. The same button may be tapped again: digits of a PIN.
 */
export const deadMs = 500

/** How far apart the two taps of a double tap fall; farther, a tap means what it hits. */
const fingerPx = 32

/** As long as a save can take after which the list moves. */
const watchedMs = 10_000

interface Tap {
  readonly target: Element
  readonly place: DOMRect
  readonly x: number
  readonly y: number
  readonly at: number
  /** When something else was first seen at its place. */
  movedAt: number | null
}

export interface DeadPlace {
  readonly onClick: (event: MouseEvent) => void
  readonly stop: () => void
}

export function deadPlace(page: Document): DeadPlace {
  let last: Tap | null = null
  let frame = 0

  const watch = (): void => {
    const tap = last
    if (tap === null || tap.movedAt !== null || performance.now() - tap.at > watchedMs) return
    if (standsAt(page, tap)) frame = requestAnimationFrame(watch)
    else tap.movedAt = performance.now()
  }

  return {
    onClick(event) {
      // A click without a pointer is a key's.
      if (event.detail === 0 || !(event.target instanceof Element)) return
      const target = targetOf(event.target)
      const now = performance.now()
      if (last !== null && last.target !== target && isDead(last, event, now)) {
        event.preventDefault()
        event.stopPropagation()
        return
      }
      cancelAnimationFrame(frame)
      const { clientX: x, clientY: y } = event
      last = { target, place: target.getBoundingClientRect(), x, y, at: now, movedAt: null }
      frame = requestAnimationFrame(watch)
    },
    stop: () => cancelAnimationFrame(frame),
  }
}

const targetOf = (element: Element): Element =>
  element.closest('button, input, label, [role=option], [role=radio], [role=menuitem]') ?? element

function isDead({ place, x, y, at, movedAt }: Tap, { clientX, clientY }: MouseEvent, now: number): boolean {
  const { left, right, top, bottom } = place
  const isThere = clientX >= left && clientX <= right && clientY >= top && clientY <= bottom
  const isSameFinger = Math.hypot(clientX - x, clientY - y) <= fingerPx
  return isThere && isSameFinger && now - Math.max(at, movedAt ?? 0) < deadMs
}

function standsAt(page: Document, { target, x, y }: Tap): boolean {
  const there = page.elementFromPoint(x, y)
  return there !== null && (target.contains(there) || there.contains(target))
}
