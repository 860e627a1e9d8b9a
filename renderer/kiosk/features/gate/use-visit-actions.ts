/** What the main action does: take the picture, save the visit on this desk, and say so. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { playTick } from '../../tick-sound.ts'
import { useUndoStore } from '../undo/undo-store.ts'
import { toNewVisit } from './draft.ts'
import type { VisitDraft } from './draft.ts'
import type { Camera } from './use-camera.ts'

export interface VisitActions {
  readonly saving: boolean
  readonly error: ChowkiError | null
  readonly forgetError: () => void
  /** True once the record is on this desk. */
  readonly letIn: (draft: VisitDraft) => Promise<boolean>
  readonly letOut: (entryId: string, name: string) => Promise<boolean>
}

export function useVisitActions(camera: Camera | null): VisitActions {
  const { data, now } = useKiosk()
  const { t } = useTranslation()
  const site = useLive(data.site)
  const add = useUndoStore((state) => state.add)
  const [saving, setSaving] = useState(false)
  const [error, setError] = useState<ChowkiError | null>(null)

  const run = async (save: () => Promise<ChowkiError | null>): Promise<boolean> => {
    // A second Enter while the first is being saved must not make a second visit.
    if (saving) return false
    setSaving(true)
    setError(null)
    const failed = await save().finally(() => setSaving(false))
    setError(failed)
    if (failed === null) playTick()
    return failed === null
  }

  return {
    saving,
    error,
    forgetError: () => setError(null),
    letIn: (draft) =>
      run(async () => {
        const photo = (await camera?.take()) ?? null
        const visit = toNewVisit(draft, site, photo)
        if (visit === null) return null
        const saved = await data.letIn(visit)
        if (!saved.ok) return saved.error
        const remark =
          photo === null && camera !== null && camera.state !== 'missing' ? t('camera.failed') : null
        add({ entryId: saved.value.entryId, what: 'in', name: visit.name, at: now(), remark })
        return null
      }),
    letOut: (entryId, name) =>
      run(async () => {
        const saved = await data.letOut(entryId)
        if (!saved.ok) return saved.error
        add({ entryId, what: 'out', name, at: now(), remark: null })
        return null
      }),
  }
}
