/** The gate screen's one thread: search, who it found, and the one thing to do next. */
import type { Visit } from '../../../data/kiosk-data.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { draftFromPerson, missingOf } from './draft.ts'
import type { Place } from './draft.ts'
import { focusFirstEmptySoon, focusPlaceSoon, focusSearch } from './focus.ts'
import { useGateStore } from './gate-store.ts'
import type { Chosen } from './gate-store.ts'
import type { Camera } from './use-camera.ts'
import { useCamera } from './use-camera.ts'
import { isCertain, usePeople } from './use-people.ts'
import type { People } from './use-people.ts'
import { useVisitActions } from './use-visit-actions.ts'
import type { VisitActions } from './use-visit-actions.ts'

export interface Gate {
  readonly term: string
  readonly people: People
  /** Chosen, or else the marked row of the results as a preview. */
  readonly shown: Chosen | null
  /** The visit for which whoever is shown is inside now, by whichever gate. */
  readonly stay: Visit | null
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
  const { term, chosen, choose, writeNew, clear } = useGateStore()
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
  const missing = shown === null || stay !== null ? [] : missingOf(shown.draft, region)

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
  return { term, people, shown, stay, certain, camera, actions, missing, goOn, startNew, chooseVisit }
}

/** A family may share a phone. */
const peopleOfOnePhoneMax = 12
