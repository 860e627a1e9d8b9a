/** Arrows and Alt with a digit choose, Enter goes on, Esc steps back; from wherever on the gate screen the focus is. */
import { chosenPlace, takeUpKey, typesText } from '../../../ui/keys.ts'
import { useWorkStore } from '../visits/work-store.ts'
import { useGateStore, focusSearch, focusSearchAnew, takeUpNewest } from './gate-store.ts'
import { useScreenKeys } from '../desk/screen-keys.ts'
import type { GateView } from './use-gate.ts'
import { useLayoutEffect, useRef } from 'react'

export function useGateKeys(gate: GateView): void {
  const choosing = useChoosingKeys(gate)
  useScreenKeys((event) => handle(event, gate, choosing))
}

function handle(event: KeyboardEvent, gate: GateView, choosing: ChoosingKeys): boolean {
  const store = useGateStore.getState()
  const inSearch = event.target instanceof HTMLElement && 'search' in event.target.dataset
  if (event.key === 'Enter') return onEnterKey(event, gate, choosing)
  if (event.key === 'Escape') {
    if (gate.failed !== null) useWorkStore.getState().seen(gate.failed.key)
    store.stepBack()
    focusSearch()
    return true
  }
  if (event.key === takeUpKey) {
    takeUpNewest()
    return true
  }
  // Beside a visit that stands there, a letter typed into no place begins the next search.
  if (store.chosen !== null && typesText(event) && !(event.target instanceof HTMLInputElement)) {
    focusSearchAnew()
    return false
  }
  const place = chosenPlace(event)
  if (place !== null) {
    choosing.onPlace(place)
    return true
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined || !inSearch || gate.people.hits.length === 0) return false
  moveChoice(gate, step)
  return true
}

function onEnterKey(event: KeyboardEvent, gate: GateView, choosing: ChoosingKeys): boolean {
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

function moveChoice(gate: GateView, step: number): void {
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

export interface ChoosingKeys {
  readonly onEnter: () => void
  /** From 0, as the rows stand. */
  readonly onPlace: (place: number) => void
}

/** `place` null is Enter. */
interface AwaitedKey {
  readonly term: string
  readonly place: number | null
}

/**
 * Enter and Alt with a digit mean the results of the words that are typed now. Pressed faster than these come, they wait for them,
 * and then only choose: nobody is let in unseen.
 */
export function useChoosingKeys(gate: GateView): ChoosingKeys {
  const { choose } = useGateStore()
  const { people, shown, term } = gate
  const awaited = useRef<AwaitedKey | null>(null)

  const mustWait = (): boolean => !people.current || useGateStore.getState().term !== term
  const waitFor = (place: number | null): void => {
    awaited.current = { term: useGateStore.getState().term, place }
  }
  const chooseOrWrite = (): void => {
    if (shown === null) {
      if (term.trim() !== '') gate.startNew()
    } else if (shown.person !== null) choose(shown.person)
  }
  const chooseRow = (place: number): void => {
    const hit = people.hits[place]
    if (hit !== undefined) choose(hit)
  }

  useLayoutEffect(() => {
    const key = awaited.current
    if (key === null || (key.term === term && !people.current)) return
    awaited.current = null
    if (key.term !== term) return
    if (key.place === null) chooseOrWrite()
    else chooseRow(key.place)
  })

  return {
    onEnter: () => {
      if (useGateStore.getState().chosen === null && mustWait()) waitFor(null)
      else if (shown !== null && gate.certain) gate.goOn()
      else chooseOrWrite()
    },
    onPlace: (place) => (mustWait() ? waitFor(place) : chooseRow(place)),
  }
}
