/** Arrows and digits choose, Enter goes on, Esc steps back; from wherever on the gate screen the focus is. */
import type { PersonHit } from '../../../data/kiosk-data.ts'
import { useGateStore, focusSearch } from './gate-store.ts'
import { useScreenKeys } from '../desk/screen-keys.ts'
import type { Gate } from './use-gate.ts'
import { useLayoutEffect, useRef } from 'react'

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

export interface ChoosingKeys {
  readonly onEnter: () => void
  /** From 1, as the rows are numbered. */
  readonly onDigit: (digit: number) => void
}

/** `digit` null is Enter. */
interface AwaitedKey {
  readonly term: string
  readonly digit: number | null
}

/**
 * Enter and digits mean the results of the words that are typed now. Pressed faster than these come, they wait for them,
 * and then only choose: nobody is let in unseen.
 */
export function useChoosingKeys(gate: Gate): ChoosingKeys {
  const { choose } = useGateStore()
  const { people, shown, term } = gate
  const awaited = useRef<AwaitedKey | null>(null)

  const mustWait = (): boolean => !people.current || useGateStore.getState().term !== term
  const waitFor = (digit: number | null): void => {
    awaited.current = { term: useGateStore.getState().term, digit }
  }
  const chooseOrWrite = (): void => {
    if (shown === null) {
      if (term.trim() !== '') gate.startNew()
    } else if (shown.person !== null) choose(shown.person)
  }
  const chooseRow = (digit: number): void => {
    const hit = people.hits[digit - 1]
    if (hit !== undefined) choose(hit)
  }

  useLayoutEffect(() => {
    const key = awaited.current
    if (key === null || (key.term === term && !people.current)) return
    awaited.current = null
    if (key.term !== term) return
    if (key.digit === null) chooseOrWrite()
    else chooseRow(key.digit)
  })

  return {
    onEnter: () => {
      if (useGateStore.getState().chosen === null && mustWait()) waitFor(null)
      else if (shown !== null && gate.certain) gate.goOn()
      else chooseOrWrite()
    },
    onDigit: (digit) => (mustWait() ? waitFor(digit) : chooseRow(digit)),
  }
}
