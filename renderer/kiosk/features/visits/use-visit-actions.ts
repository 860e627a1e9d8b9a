/** What the main action does: take the picture, save the visit on this desk, and say so. */
import { useTranslation } from 'react-i18next'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { Visit } from '../../../data/kiosk-data.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { usePreferences } from '../../preferences.ts'
import { toNewVisit } from '../gate/draft.ts'
import type { Chosen } from '../gate/gate-store.ts'
import type { Camera } from '../gate/use-camera.ts'
import { useUndoStore } from '../undo/undo-store.ts'
import { carryOut } from './work-store.ts'
import type { Work } from './work-store.ts'

/** Each answers when the record is on this desk, or why it is not; null where the same is under way already. */
export interface VisitHandlers {
  readonly letIn: (form: Chosen) => ReturnType<typeof carryOut>
  readonly letOut: (key: string, visit: Visit) => ReturnType<typeof carryOut>
}

export function useVisitActions(camera: Camera | null): VisitHandlers {
  const { data, now } = useKiosk()
  const { t } = useTranslation()
  const site = useLive(data.site)
  const add = useUndoStore((state) => state.add)

  const run = async (work: Work, save: Parameters<typeof carryOut>[1]): ReturnType<typeof carryOut> => {
    const how = await carryOut(work, save)
    if (how === 'done') playTick()
    return how
  }

  return {
    letIn: ({ key, draft }) =>
      run({ key, what: 'in', name: draft.name }, async () => {
        // As it stands when the guard taps: the camera may take its time.
        const visit = toNewVisit(draft, site, null)
        if (visit === null) return chowkiError('invalid_request')
        const photo = (await camera?.take()) ?? null
        const saved = await data.letIn({ ...visit, photo })
        if (!saved.ok) return saved.error
        const remark =
          photo === null && camera !== null && camera.state !== 'missing' ? t('camera.failed') : null
        add({ entryIds: [saved.value.entryId], what: 'in', name: visit.name, at: now(), remark })
        return null
      }),
    letOut: (key, { entryId, name }) =>
      run({ key, what: 'out', name }, async () => {
        const saved = await data.letOut(entryId)
        if (!saved.ok) return saved.error
        const { entryIds } = saved.value
        const remark = entryIds.length > 1 ? t('undo.bothEnded') : null
        add({ entryIds, what: 'out', name, at: now(), remark })
        return null
      }),
  }
}

let audioContext: AudioContext | undefined

/** Two short strokes, as of a stamp on a register. Made here, so that no file has to load. */
function playTick(): void {
  if (!usePreferences.getState().sound || typeof AudioContext === 'undefined') return
  audioContext ??= new AudioContext()
  if (audioContext.state === 'suspended') void audioContext.resume()
  stroke(audioContext, 1320, audioContext.currentTime)
  stroke(audioContext, 1980, audioContext.currentTime + 0.055)
}

function stroke(audio: AudioContext, hertz: number, at: number): void {
  const tone = audio.createOscillator()
  const gain = audio.createGain()
  tone.type = 'triangle'
  tone.frequency.value = hertz
  gain.gain.setValueAtTime(0.16, at)
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.05)
  tone.connect(gain).connect(audio.destination)
  tone.start(at)
  tone.stop(at + 0.06)
}
