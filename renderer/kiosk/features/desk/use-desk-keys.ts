/** F-keys walk the rail; any letter or digit typed outside of a place goes to the screen's search. */
import { useEffect } from 'react'
import { typesText } from '../../../ui/keys.ts'
import { focusSearch } from '../gate/gate-store.ts'
import { isFloating } from './screen-keys.ts'
import { deskScreens, useDeskStore } from './desk-store.ts'

export function useDeskKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return
      const screen = deskScreens[Number(/^F(\d)$/u.exec(event.key)?.[1] ?? 0) - 1]
      if (screen !== undefined) {
        event.preventDefault()
        useDeskStore.getState().go(screen)
      } else if (isTyping(event)) focusSearch()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

const isTyping = (event: KeyboardEvent): boolean => {
  const inPlace = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement
  return !inPlace && !isFloating(event.target) && typesText(event)
}
