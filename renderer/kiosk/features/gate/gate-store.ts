/** What stands on the gate screen: the words searched, the visit being written, and forms that were set aside. */
import { create } from 'zustand'
import type { PersonHit, VisitorCorrection } from '../../../data/kiosk-data.ts'
import { isUnderWay } from '../visits/work-store.ts'
import { answeredDraft, draftFromPerson, newDraft, missingOf } from './draft.ts'
import type { VisitDraft, Place } from './draft.ts'

/** `person` is null for a new visitor. */
export interface Chosen {
  /** Of this form while it is written, set aside and saved: a known visitor has one form only. */
  readonly key: string
  readonly person: PersonHit | null
  readonly draft: VisitDraft
  /** A guard has filled in something. */
  readonly written: boolean
}

interface GateState {
  readonly term: string
  readonly chosen: Chosen | null
  /** Written and neither sent nor thrown away; the newest last. */
  readonly aside: readonly Chosen[]
  /** The last one thrown away, until something else is. */
  readonly thrown: { readonly form: Chosen; readonly at: number } | null
  setTerm(term: string): void
  choose(person: PersonHit): void
  writeNew(): void
  edit(change: (draft: VisitDraft) => VisitDraft): void
  /** The newcomer being written is this person after all. */
  becomes(person: PersonHit): void
  /** Of whoever is known: name and phone are others now. */
  corrected(correction: VisitorCorrection): void
  /** One step: from the visit to the results, then to an empty search. */
  stepBack(): void
  clear(): void
  /** Saved, begun beside these words. What has been begun since stays as it is. */
  sent(key: string, term: string): void
  setAside(form: Chosen): void
  takeUp(form: Chosen): void
  throwAway(form: Chosen, at: number): void
  /** The desk belongs to nobody any more. */
  forget(): void
}

const nothing = { term: '', chosen: null }

export const chosenFrom = (person: PersonHit): Chosen => ({
  key: person.visitorId,
  person,
  draft: draftFromPerson(person),
  written: false,
})

let formsBegun = 0
const chosenNew = (term: string): Chosen => ({
  key: `new-${++formsBegun}`,
  person: null,
  draft: newDraft(term),
  written: false,
})

const without = (forms: readonly Chosen[], key: string): readonly Chosen[] =>
  forms.filter((form) => form.key !== key)

/** Whatever else comes to stand there, what was written is kept. */
const kept = ({ chosen, aside }: Pick<GateState, 'chosen' | 'aside'>): readonly Chosen[] =>
  chosen === null || !chosen.written || isUnderWay(chosen.key)
    ? aside
    : [...without(aside, chosen.key), chosen]

export const useGateStore = create<GateState>((set) => {
  const show = (next: (state: GateState) => Chosen) =>
    set((state) => {
      const chosen = next(state)
      if (chosen.key === state.chosen?.key) return state
      return { chosen, aside: without(kept(state), chosen.key) }
    })
  return {
    ...nothing,
    aside: [],
    thrown: null,
    setTerm: (term) => set((state) => ({ term, chosen: null, aside: kept(state) })),
    choose: (person) =>
      show(({ chosen, aside }) => {
        const begun = [...aside, ...(chosen === null ? [] : [chosen])]
        return begun.find((form) => form.key === person.visitorId) ?? chosenFrom(person)
      }),
    writeNew: () => show(({ chosen, term }) => (chosen?.person === null ? chosen : chosenNew(term))),
    edit: (change) =>
      set((state) =>
        state.chosen === null
          ? state
          : { chosen: { ...state.chosen, draft: change(state.chosen.draft), written: true } },
      ),
    becomes: (person) =>
      set(({ chosen, aside }) => {
        const draft = chosen === null ? draftFromPerson(person) : answeredDraft(chosen.draft, person)
        const key = person.visitorId
        return { chosen: { key, person, draft, written: true }, aside: without(aside, key) }
      }),
    corrected: ({ visitorId, name, phone }) =>
      set(({ chosen, aside }) => {
        const corrected = (form: Chosen): Chosen =>
          form.person?.visitorId === visitorId
            ? {
                ...form,
                person: { ...form.person, name, phone },
                draft: { ...form.draft, name, phone },
              }
            : form
        return { chosen: chosen && corrected(chosen), aside: aside.map(corrected) }
      }),
    stepBack: () =>
      set((state) => ({ ...(state.chosen === null ? nothing : { chosen: null }), aside: kept(state) })),
    clear: () => set((state) => ({ ...nothing, aside: kept(state) })),
    sent: (key, term) =>
      set((state) => ({
        ...(state.term === term && (state.chosen?.key ?? key) === key ? nothing : {}),
        aside: without(state.aside, key),
      })),
    setAside: (form) => set(({ aside }) => ({ aside: [...without(aside, form.key), form] })),
    takeUp: (form) => {
      show(() => form)
      set(({ thrown }) => (thrown?.form === form ? { thrown: null } : {}))
    },
    throwAway: (form, at) => set(({ aside }) => ({ aside: without(aside, form.key), thrown: { form, at } })),
    forget: () => set({ ...nothing, aside: [], thrown: null }),
  }
})

export function takeUpNewest(): void {
  const { aside, takeUp } = useGateStore.getState()
  const newest = aside.at(-1)
  if (newest === undefined) return
  takeUp(newest)
  focusFirstEmptySoon()
}

export type EditDraft = (change: (draft: VisitDraft) => VisitDraft) => void

/** Touching anything of a preview chooses that person. */
export function useDraftEdit(shown: Chosen): EditDraft {
  const { chosen, choose, edit } = useGateStore()
  return (change) => {
    if (chosen === null && shown.person !== null) choose(shown.person)
    edit(change)
  }
}

const searchPlace = (): HTMLInputElement | null => document.querySelector<HTMLInputElement>('[data-search]')

export const focusSearch = (): void => searchPlace()?.focus()

/** What is typed now is the next search. */
export function focusSearchAnew(): void {
  focusSearch()
  searchPlace()?.select()
}

/** After React has drawn the panel. */
export const focusPlaceSoon = (place: Place): void =>
  void requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-field="${place}"]`)?.focus())

export function focusFirstEmptySoon(): void {
  const { chosen } = useGateStore.getState()
  const first = chosen === null ? undefined : missingOf(chosen.draft)[0]
  if (first !== undefined) focusPlaceSoon(first)
}
