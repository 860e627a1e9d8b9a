/** Arrows and digits choose, Enter goes on, Esc steps back; from wherever on the gate screen the focus is. */
import type { PersonHit } from '../../../data/kiosk-data.ts'
import { useGateStore } from './gate-store.ts'
import { useScreenKeys } from '../desk/screen-keys.ts'
import { focusSearch } from './focus.ts'
import { useChoosingKeys } from './use-choosing-keys.ts'
import type { ChoosingKeys } from './use-choosing-keys.ts'
import type { Gate } from './use-gate.ts'

/** Three letters and no digit are a name, unless a tower is called so: then the digit belongs to its flat. */
export const digitsChoose = (term: string, hits: readonly PersonHit[]): boolean =>
  /^[^\d]{3,}$/u.test(term.trim()) &&
  !hits.some((hit) => hit.lastFlats.some((flat) => beginsWith(flat.label, term)))

const beginsWith = (label: string, term: string): boolean =>
  label.toLocaleLowerCase('en').startsWith(term.trim().toLocaleLowerCase('en'))

export function useGateKeys(gate: Gate): void {
  const choosing = useChoosingKeys(gate)
  useScreenKeys((event) => handle(event, gate, choosing))
}

function handle(event: KeyboardEvent, gate: Gate, choosing: ChoosingKeys): boolean {
  const store = useGateStore.getState()
  const inSearch = event.target instanceof HTMLElement && 'search' in event.target.dataset
  if (event.key === 'Enter') return onEnterKey(event, gate, choosing)
  if (event.key === 'Escape') {
    store.stepBack()
    gate.actions.forgetError()
    focusSearch()
    return true
  }
  const digit = digitOf(event)
  if (digit !== null && inSearch && (event.altKey || digitsChoose(gate.term, gate.people.hits))) {
    choosing.onDigit(digit)
    return true
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined || !inSearch || gate.people.hits.length === 0) return false
  moveChoice(gate, step)
  return true
}

function onEnterKey(event: KeyboardEvent, gate: Gate, choosing: ChoosingKeys): boolean {
  if (event.ctrlKey) {
    gate.startNew()
    return true
  }
  const button = event.target instanceof Element ? event.target.closest('button') : null
  const isChip = button?.getAttribute('role') === 'radio' || button?.getAttribute('role') === 'switch'
  // On any other button Enter presses that button, as everywhere.
  if (button !== null && !isChip) return false
  choosing.onEnter()
  return true
}

function moveChoice(gate: Gate, step: number): void {
  const { hits } = gate.people
  const store = useGateStore.getState()
  const at =
    store.chosen === null ? -1 : hits.findIndex((hit) => hit.visitorId === store.chosen?.person?.visitorId)
  const next = Math.min(hits.length - 1, Math.max(0, at + step))
  const hit = hits[next]
  if (hit === undefined) return
  store.choose(hit)
  document.querySelector(`[data-testid="result-${next + 1}"]`)?.scrollIntoView({ block: 'nearest' })
}

const digitOf = (event: KeyboardEvent): number | null => {
  const found = /^(?:Digit|Numpad)([1-9])$/u.exec(event.code)
  return found === null || event.ctrlKey || event.metaKey ? null : Number(found[1])
}
