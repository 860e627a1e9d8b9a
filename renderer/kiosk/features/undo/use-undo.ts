import { useLayoutEffect, useRef } from 'react'
import { deadMs } from '../../dead-place.ts'
import { useKiosk } from '../../kiosk-context.ts'
import { useNow } from '../../time.ts'
import { carryOut } from '../visits/work-store.ts'
import { undoMs, useUndoStore } from './undo-store.ts'
import type { Undoable } from './undo-store.ts'

export interface Undo {
  /** The newest that can still be taken back. */
  readonly open: Undoable | null
  readonly restMs: number
  readonly takeBack: () => void
}

export function useUndo(): Undo {
  const { data, now } = useKiosk()
  const { done, drop } = useUndoStore()
  const at = Math.max(useNow(250), now())
  const open = done.find((undoable) => at - undoable.at < undoMs) ?? null
  const isNewHere = useReplaced(open === null ? null : open.entryIds.join() + open.what)
  const takeBack = (): void => {
    if (open === null || isNewHere()) return
    drop(open)
    const { entryIds, what, name } = open
    void carryOut({ key: `${entryIds.join()}-undo`, what: 'undo', name }, async () => {
      const undone = await (what === 'in' ? data.undoLetIn(entryIds[0] ?? '') : data.undoLetOut({ entryIds }))
      return undone.ok ? null : undone.error
    })
  }
  return { open, restMs: open === null ? 0 : Math.max(0, undoMs - (at - open.at)), takeBack }
}

/** Whether another stood there a moment ago: whoever presses now means that one. */
function useReplaced(shown: string | null): () => boolean {
  const last = useRef<{ readonly shown: string | null; readonly replacedAt: number }>({
    shown: null,
    replacedAt: Number.NEGATIVE_INFINITY,
  })
  useLayoutEffect(() => {
    const { shown: before, replacedAt } = last.current
    const isReplaced = before !== null && shown !== null && before !== shown
    last.current = { shown, replacedAt: isReplaced ? performance.now() : replacedAt }
  }, [shown])
  return () => performance.now() - last.current.replacedAt < deadMs
}
