import { useLayoutEffect, useRef } from 'react'
import { useGateStore } from './gate-store.ts'
import type { Gate } from './use-gate.ts'

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
