import { useGateStore } from './gate-store.ts'
import type { Chosen } from './gate-store.ts'
import type { VisitDraft } from './draft.ts'

export type EditDraft = (change: (draft: VisitDraft) => VisitDraft) => void

/** Touching anything of a preview chooses that person. */
export function useDraftEdit(shown: Chosen): EditDraft {
  const { chosen, choose, edit } = useGateStore()
  return (change) => {
    if (chosen === null && shown.person !== null) choose(shown.person)
    edit(change)
  }
}
