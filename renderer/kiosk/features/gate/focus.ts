import { missingOf } from './draft.ts'
import type { Place } from './draft.ts'
import { useGateStore } from './gate-store.ts'

export const focusSearch = (): void => document.querySelector<HTMLInputElement>('[data-search]')?.focus()

/** After React has drawn the panel. */
export const focusPlaceSoon = (place: Place): void =>
  void requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-field="${place}"]`)?.focus())

export function focusFirstEmptySoon(): void {
  const { chosen } = useGateStore.getState()
  const first = chosen === null ? undefined : missingOf(chosen.draft)[0]
  if (first !== undefined) focusPlaceSoon(first)
}
