import { create } from 'zustand'

export const undoMs = 10_000

/** Something done a moment ago that can be taken back. */
export interface Undoable {
  /** All that it concerned: an exit of somebody who was in twice ended two. */
  readonly entryIds: readonly string[]
  readonly what: 'in' | 'out'
  readonly name: string
  readonly at: number
  /** Said beside it, e.g. that the camera failed. */
  readonly remark: string | null
}

interface UndoState {
  readonly done: readonly Undoable[]
  add(undoable: Undoable): void
  drop(undoable: Undoable): void
  clear(): void
}

/** Newest first. Several can stand open, as two visits can follow within ten seconds. */
export const useUndoStore = create<UndoState>((set) => ({
  done: [],
  add: (undoable) =>
    set((state) => ({ done: [undoable, ...state.done.filter((u) => undoable.at - u.at < undoMs)] })),
  drop: (undoable) => set((state) => ({ done: state.done.filter((u) => u !== undoable) })),
  clear: () => set({ done: [] }),
}))
