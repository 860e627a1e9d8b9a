/** What stands on the gate screen: the words searched, and the visit being written. */
import { create } from 'zustand'
import type { PersonHit } from '../../../data/kiosk-data.ts'
import { draftFromPerson, newDraft, missingOf } from './draft.ts'
import type { VisitDraft, Place } from './draft.ts'

/** `person` is null for a new visitor. */
export interface Chosen {
  readonly person: PersonHit | null
  readonly draft: VisitDraft
}

interface GateState {
  readonly term: string
  readonly chosen: Chosen | null
  setTerm(term: string): void
  choose(person: PersonHit): void
  writeNew(): void
  edit(change: (draft: VisitDraft) => VisitDraft): void
  /** One step: from the visit to the results, then to an empty search. */
  stepBack(): void
  clear(): void
}

const nothing = { term: '', chosen: null }

export const useGateStore = create<GateState>((set) => ({
  ...nothing,
  setTerm: (term) => set({ term, chosen: null }),
  choose: (person) => set({ chosen: { person, draft: draftFromPerson(person) } }),
  writeNew: () => set((state) => ({ chosen: { person: null, draft: newDraft(state.term) } })),
  edit: (change) =>
    set((state) =>
      state.chosen === null ? state : { chosen: { ...state.chosen, draft: change(state.chosen.draft) } },
    ),
  stepBack: () => set((state) => (state.chosen === null ? nothing : { chosen: null })),
  clear: () => set(nothing),
}))

export type EditDraft = (change: (draft: VisitDraft) => VisitDraft) => void

/** Touching anything of a preview chooses that person. */
export function useDraftEdit(shown: Chosen): EditDraft {
  const { chosen, choose, edit } = useGateStore()
  return (change) => {
    if (chosen === null && shown.person !== null) choose(shown.person)
    edit(change)
  }
}

export const focusSearch = (): void => document.querySelector<HTMLInputElement>('[data-search]')?.focus()

/** After React has drawn the panel. */
export const focusPlaceSoon = (place: Place): void =>
  void requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-field="${place}"]`)?.focus())

export function focusFirstEmptySoon(): void {
  const { chosen } = useGateStore.getState()
  const first = chosen === null ? undefined : missingOf(chosen.draft)[0]
  if (first !== undefined) focusPlaceSoon(first)
}
