import { useState } from 'react'
import { matchQuery } from '@chowki/shared/domain/person-match.ts'
import type { Visit } from '../../../data/kiosk-data.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useNow } from '../../time.ts'
import { useScreenKeys } from '../desk/screen-keys.ts'
import { useVisitActions } from '../gate/use-gate.ts'
import type { VisitActions } from '../gate/use-gate.ts'
import { byUrgency, matchesVisit, overstayMsOf } from './overstay.ts'

export interface Inside {
  readonly all: readonly Visit[]
  readonly listed: readonly Visit[]
  readonly overdue: number
  readonly term: string
  readonly setTerm: (term: string) => void
  readonly onlyOverdue: boolean
  readonly setOnlyOverdue: (only: boolean) => void
  /** Row that Enter lets out; -1 while none is marked. */
  readonly marked: number
  readonly actions: VisitActions
}

export function useInside(): Inside {
  const all = useLive(useKiosk().data.inside)
  const now = useNow(15_000)
  const actions = useVisitActions(null)
  const [term, setTermOnly] = useState('')
  const [onlyOverdue, setOnlyOverdue] = useState(false)
  const [arrowAt, setArrowAt] = useState(-1)
  const query = matchQuery(term, useLive(useKiosk().data.site)?.phoneRegion)
  const listed = all
    .filter((visit) => matchesVisit(visit, query) && (!onlyOverdue || overstayMsOf(visit, now) > 0))
    .toSorted(byUrgency(now))
  const setTerm = (text: string): void => {
    setTermOnly(text)
    setArrowAt(-1)
  }

  // Alone with the words typed, a row needs no arrow; the mark shows it before Enter is pressed.
  const marked = term.trim() !== '' && listed.length === 1 ? 0 : arrowAt

  useScreenKeys(({ key, target }) => {
    if (target instanceof HTMLButtonElement) return false
    const visit = listed[marked]
    if (key === 'ArrowDown') setArrowAt(Math.min(marked + 1, listed.length - 1))
    else if (key === 'ArrowUp') setArrowAt(Math.max(marked - 1, 0))
    else if (key === 'Escape') setTerm('')
    else if (key === 'Enter' && visit !== undefined) {
      void actions.letOut(visit.entryId, visit.name)
      setTerm('')
    } else return false
    return true
  })

  const overdue = all.filter((visit) => overstayMsOf(visit, now) > 0).length
  return {
    all,
    listed,
    overdue,
    term,
    setTerm,
    onlyOverdue,
    setOnlyOverdue,
    marked,
    actions,
  }
}
