/** The gate screen's one thread: search, who it found, and the one thing to do next. */
import type { PersonHit, Visit } from '../../../data/kiosk-data.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useVisitActions } from '../visits/use-visit-actions.ts'
import { isUnderWay, useWorkStore } from '../visits/work-store.ts'
import type { FailedWork } from '../visits/work-store.ts'
import type { Admission } from '@chowki/shared/domain/admission.ts'
import { judgeDraft } from './draft-admission.ts'
import { missingOf } from './draft.ts'
import type { Place } from './draft.ts'
import {
  chosenFrom,
  focusFirstEmptySoon,
  focusPlaceSoon,
  focusSearch,
  focusSearchAnew,
  useGateStore,
} from './gate-store.ts'
import type { Chosen } from './gate-store.ts'
import type { Camera } from './use-camera.ts'
import { useCamera } from './use-camera.ts'
import { isCertain, usePeople, usePeopleOfPhone } from './use-people.ts'
import type { People } from './use-people.ts'

export interface GateView {
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
  /** Of whoever is shown: the visit is being saved. */
  readonly saving: boolean
  /** Of whoever is shown: what was tapped last was not carried out. */
  readonly failed: FailedWork | null
  /** Of who is shown, as the rule for every entry says now. */
  readonly admission: Admission
  readonly missing: readonly Place[]
  /** The main action, or the way to what it still needs. */
  readonly goOn: () => void
  readonly startNew: () => void
  /** Of the journal: the visitor of that visit. */
  readonly chooseVisit: (visit: Visit) => void
}

export function useGate(): GateView {
  const { term, chosen, choose, edit, becomes, writeNew, sent, setAside } = useGateStore()
  const { data, now } = useKiosk()
  const inside = useLive(data.inside)
  const region = useLive(data.site)?.phoneRegion
  const people = usePeople(term)
  const camera = useCamera()
  const actions = useVisitActions(camera)
  const { running, failed: allFailed } = useWorkStore()

  const [first] = people.hits
  const preview = first === undefined ? null : chosenFrom(first)
  const shown = chosen ?? preview
  const certain = chosen !== null || isCertain(people, term, region)
  const stay = inside.find((visit) => visit.visitorId === shown?.person?.visitorId) ?? null
  const isAsking = chosen?.person === null && !chosen.draft.newPerson
  const asked = usePeopleOfPhone(isAsking ? chosen.draft.phone : '', region)
  const watchlist = useLive(data.watchlist)
  const admission: Admission =
    shown === null
      ? { admitted: true, bar: null, marks: [] }
      : judgeDraft(shown.draft, { now: now(), watchlist, phoneRegion: region })
  const is = { isInside: stay !== null, isAsked: asked.length > 0, region }
  const missing = missingNow(shown, admission, is)

  const goOn = (): void => {
    if (shown === null || isUnderWay(shown.key)) return
    if (chosen === null && shown.person !== null) choose(shown.person)
    const [empty] = missing
    if (empty !== undefined) return focusPlaceSoon(empty)
    const doing = stay === null ? actions.letIn(shown) : actions.letOut(shown.key, stay)
    // Whatever is typed while it is being saved is the next search.
    focusSearchAnew()
    void doing.then((how) => {
      if (how === 'done') sent(shown.key, term)
      else if (how === 'failed' && stay === null && useGateStore.getState().chosen?.key !== shown.key)
        setAside(shown)
    })
  }
  const answer = (person: PersonHit | null): void => {
    if (person === null) {
      edit((draft) => ({ ...draft, newPerson: true }))
      return focusPlaceSoon('name')
    }
    becomes(person)
    focusSearch()
  }
  const startNew = (): void => {
    writeNew()
    focusFirstEmptySoon()
  }
  const chooseVisit = (visit: Visit): void => {
    const begun = useGateStore.getState()
    void data.findPeople(visit.phone, peopleOfOnePhoneMax).then((hits) => {
      const { term, chosen } = useGateStore.getState()
      // A late answer: the guard is at something else.
      if (term !== begun.term || chosen !== begun.chosen) return
      const person = hits.find((hit) => hit.visitorId === visit.visitorId)
      if (person !== undefined) choose(person)
      focusSearch()
    })
  }
  const saving = running.some((work) => work.key === shown?.key)
  const failed = allFailed.find((work) => work.key === shown?.key) ?? null
  return {
    ...{ term, people, shown, stay, asked, answer, certain, camera, saving, failed, admission, missing },
    ...{ goOn, startNew, chooseVisit },
  }
}

function missingNow(
  shown: Chosen | null,
  admission: Admission,
  is: { readonly isInside: boolean; readonly isAsked: boolean; readonly region: string | undefined },
): readonly Place[] {
  if (shown === null || is.isInside) return []
  return is.isAsked ? ['who'] : missingOf(shown.draft, is.region, admission)
}

/** A family may share a phone. */
const peopleOfOnePhoneMax = 12
