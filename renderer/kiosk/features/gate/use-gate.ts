/** The gate screen's one thread: search, who it found, and the one thing to do next. */
import type { PersonHit, Visit } from '../../../data/kiosk-data.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { answeredDraft, draftFromPerson, missingOf, toNewVisit } from './draft.ts'
import type { Place, VisitDraft } from './draft.ts'
import { focusFirstEmptySoon, focusPlaceSoon, focusSearch, useGateStore } from './gate-store.ts'
import type { Chosen } from './gate-store.ts'
import type { Camera } from './use-camera.ts'
import { useCamera } from './use-camera.ts'
import { isCertain, usePeople, usePeopleOfPhone } from './use-people.ts'
import type { People } from './use-people.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { playTick } from '../../tick-sound.ts'
import { useUndoStore } from '../undo/undo-store.ts'

export interface Gate {
  readonly term: string
  readonly people: People
  /** Chosen, or else the marked row of the results as a preview. */
  readonly shown: Chosen | null
  /** The visit for which whoever is shown is inside now, by whichever gate. */
  readonly stay: Visit | null
  /** Of a newcomer: who is known by the phone, while the guard has not said whether it is one of them. */
  readonly asked: readonly PersonHit[]
  readonly answer: (person: PersonHit | null) => void
  /** Enter does the main action; otherwise it chooses first. */
  readonly certain: boolean
  readonly camera: Camera
  readonly actions: VisitActions
  readonly missing: readonly Place[]
  /** The main action, or the way to what it still needs. */
  readonly goOn: () => void
  readonly startNew: () => void
  /** Of the journal: the visitor of that visit. */
  readonly chooseVisit: (visit: Visit) => void
}

export function useGate(): Gate {
  const { term, chosen, choose, edit, writeNew, clear } = useGateStore()
  const { data } = useKiosk()
  const inside = useLive(data.inside)
  const region = useLive(data.site)?.phoneRegion
  const people = usePeople(term)
  const camera = useCamera()
  const actions = useVisitActions(camera)

  const [first] = people.hits
  const preview = first === undefined ? null : { person: first, draft: draftFromPerson(first) }
  const shown = chosen ?? preview
  const certain = chosen !== null || isCertain(people, term, region)
  const stay = inside.find((visit) => visit.visitorId === shown?.person?.visitorId) ?? null
  const isAsking = chosen?.person === null && !chosen.draft.newPerson
  const asked = usePeopleOfPhone(isAsking ? chosen.draft.phone : '', region)
  const missing = missingNow(shown, { isInside: stay !== null, isAsked: asked.length > 0, region })

  const goOn = (): void => {
    if (shown === null) return
    if (chosen === null && shown.person !== null) choose(shown.person)
    const [empty] = missing
    if (empty !== undefined) return focusPlaceSoon(empty)
    const doing = stay === null ? actions.letIn(shown.draft) : actions.letOut(stay.entryId, stay.name)
    void doing.then((done) => {
      if (!done) return
      clear()
      focusSearch()
    })
  }
  const answer = (person: PersonHit | null): void => {
    actions.forgetError()
    if (person === null) {
      edit((draft) => ({ ...draft, newPerson: true }))
      return focusPlaceSoon('name')
    }
    const typed = chosen?.draft
    choose(person)
    if (typed !== undefined) edit(() => answeredDraft(typed, person))
    focusSearch()
  }
  const startNew = (): void => {
    writeNew()
    focusFirstEmptySoon()
  }
  const chooseVisit = (visit: Visit): void => {
    void data.findPeople(visit.phone, peopleOfOnePhoneMax).then((hits) => {
      const person = hits.find((hit) => hit.visitorId === visit.visitorId)
      if (person !== undefined) choose(person)
      focusSearch()
    })
  }
  return {
    ...{ term, people, shown, stay, asked, answer, certain, camera, actions, missing },
    ...{ goOn, startNew, chooseVisit },
  }
}

function missingNow(
  shown: Chosen | null,
  is: { readonly isInside: boolean; readonly isAsked: boolean; readonly region: string | undefined },
): readonly Place[] {
  if (shown === null || is.isInside) return []
  return is.isAsked ? ['who'] : missingOf(shown.draft, is.region)
}

/** A family may share a phone. */
const peopleOfOnePhoneMax = 12

/** What the main action does: take the picture, save the visit on this desk, and say so. */
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
        add({ entryIds: [saved.value.entryId], what: 'in', name: visit.name, at: now(), remark })
        return null
      }),
    letOut: (entryId, name) =>
      run(async () => {
        const saved = await data.letOut(entryId)
        if (!saved.ok) return saved.error
        const { entryIds } = saved.value
        const remark = entryIds.length > 1 ? t('undo.bothEnded') : null
        add({ entryIds, what: 'out', name, at: now(), remark })
        return null
      }),
  }
}
