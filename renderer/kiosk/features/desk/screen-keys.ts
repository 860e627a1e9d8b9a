import { useLayoutEffect } from 'react'

/**
 * Keys for the screen that stands: not those that a control has already taken, or that belong to a menu which floats
 * above it. Held keys and an input method's never come here.
 */
export function useScreenKeys(onKey: (event: KeyboardEvent) => boolean): void {
  // Before the screen is painted: a key always means what stands there, never what stood there before.
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isFloating(event.target)) return
      if (onKey(event)) event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  })
}

/** In a menu or a dialog above the screen. */
export const isFloating = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('[role=dialog], [role=menu]') !== null
