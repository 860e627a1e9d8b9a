/** What no screen may take for an act: a held key, the keys of an input method, the second tap of a double tap. */
import { useEffect } from 'react'
import { deadPlace } from './dead-place.ts'
import { chosenPlace, composes } from '../ui/keys.ts'

export function useHandGuards(): void {
  useEffect(() => {
    const place = deadPlace(document)
    // Before everything else on the page.
    document.addEventListener('keydown', guardKey, true)
    document.addEventListener('click', place.onClick, true)
    return () => {
      document.removeEventListener('keydown', guardKey, true)
      document.removeEventListener('click', place.onClick, true)
      place.stop()
    }
  }, [])
}

function guardKey(event: KeyboardEvent): void {
  if (composes(event)) event.stopPropagation()
  else if (event.repeat && actsOnce(event)) swallow(event)
}

/** Letters, Backspace and arrows may be held: they type and walk. */
const actsOnce = (event: KeyboardEvent): boolean =>
  event.key === 'Enter' || event.key === 'Escape' || /^F\d+$/u.test(event.key) || chosenPlace(event) !== null

const swallow = (event: Event): void => {
  event.preventDefault()
  event.stopPropagation()
}
