/**
 * What guards have tapped and the desk has not yet answered. It belongs to what it began with and not to a screen: it
 * is carried out whatever is shown meanwhile, and a failure stays until somebody has seen it.
 */
import { create } from 'zustand'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'

export interface Work {
  /** Of the form or visit; the same is not begun twice at a time. */
  readonly key: string
  readonly what: 'in' | 'out' | 'undo'
  readonly name: string
}

export interface FailedWork extends Work {
  readonly error: ChowkiError
}

interface WorkState {
  readonly running: readonly Work[]
  readonly failed: readonly FailedWork[]
  seen(key: string): void
}

export const useWorkStore = create<WorkState>((set) => ({
  running: [],
  failed: [],
  seen: (key) => set((state) => ({ failed: otherThan(key, state.failed) })),
}))

const otherThan = <T extends Work>(key: string, works: readonly T[]): readonly T[] =>
  works.filter((work) => work.key !== key)

export const isUnderWay = (key: string): boolean =>
  useWorkStore.getState().running.some((work) => work.key === key)

const saves = new Set<Promise<unknown>>()

/** `save` answers why it failed, or null. Null comes back where the same is under way already. */
export async function carryOut(
  work: Work,
  save: () => Promise<ChowkiError | null>,
): Promise<'done' | 'failed' | null> {
  if (isUnderWay(work.key)) return null
  useWorkStore.setState(({ running, failed }) => ({
    running: [...running, work],
    failed: otherThan(work.key, failed),
  }))
  const saving = save()
  saves.add(saving)
  try {
    const error = await saving
    if (error !== null) useWorkStore.setState(({ failed }) => ({ failed: [...failed, { ...work, error }] }))
    return error === null ? 'done' : 'failed'
  } finally {
    saves.delete(saving)
    useWorkStore.setState(({ running }) => ({ running: otherThan(work.key, running) }))
  }
}

/** False where something that was under way failed: the guard who tapped it has to hear of it. */
export async function allCarriedOut(): Promise<boolean> {
  const keys = useWorkStore.getState().running.map((work) => work.key)
  // Each failure is told where it belongs.
  while (saves.size > 0) await Promise.allSettled(saves)
  return !useWorkStore.getState().failed.some((work) => keys.includes(work.key))
}
