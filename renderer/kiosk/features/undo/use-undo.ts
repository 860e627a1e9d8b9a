import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { useState } from 'react'
import { useKiosk } from '../../kiosk-context.ts'
import { useNow } from '../../time.ts'
import { undoMs, useUndoStore } from './undo-store.ts'
import type { Undoable } from './undo-store.ts'

export interface Undo {
  /** The newest that can still be taken back. */
  readonly open: Undoable | null
  readonly restMs: number
  /** Of the last attempt, until something else is done. */
  readonly error: ChowkiError | null
  readonly takeBack: () => void
}

export function useUndo(): Undo {
  const { data, now } = useKiosk()
  const { done, drop } = useUndoStore()
  const [error, setError] = useState<ChowkiError | null>(null)
  const at = Math.max(useNow(250), now())
  const open = done.find((undoable) => at - undoable.at < undoMs) ?? null
  const takeBack = (): void => {
    if (open === null) return
    drop(open)
    const { entryIds } = open
    const undoing = open.what === 'in' ? data.undoLetIn(entryIds[0] ?? '') : data.undoLetOut({ entryIds })
    void undoing.then((undone) => setError(undone.ok ? null : undone.error))
  }
  return { open, restMs: open === null ? 0 : Math.max(0, undoMs - (at - open.at)), error, takeBack }
}
