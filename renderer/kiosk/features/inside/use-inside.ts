import { useState } from 'react'
import { matchQuery } from '@chowki/shared/domain/person-match.ts'
import { normalisePhone } from '@chowki/shared/domain/phone.ts'
import type { Visit } from '../../../data/kiosk-data.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useHand, useHeldOrder } from '../../held-order.ts'
import { useTrueNow } from '../../time.ts'
import { useScreenKeys } from '../desk/screen-keys.ts'
import { useVisitActions } from '../visits/use-visit-actions.ts'
import { byUrgency, matchesVisit, overstayMsOf } from './overstay.ts'

export interface Inside {
  readonly all: readonly Visit[]
  readonly list: ReturnType<typeof useHeldOrder<Visit>>
  /** Of the list's element. */
  readonly onHand: ReturnType<typeof useHand>['onHand']
  readonly overdue: number
  readonly term: string
  readonly setTerm: (term: string) => void
  readonly onlyOverdue: boolean
  readonly setOnlyOverdue: (only: boolean) => void
  /** The visit that Enter ends; null while none is marked. */
  readonly markedId: string | null
  readonly letOut: (visit: Visit) => void
}

export function useInside(): Inside {
  const all = useLive(useKiosk().data.inside)
  const now = useTrueNow(15_000)
  const actions = useVisitActions(null)
  const hand = useHand()
  const [term, setTermOnly] = useState('')
  const [onlyOverdue, setOnlyOverdue] = useState(false)
  const [arrowId, setArrowId] = useState<string | null>(null)
  const region = useLive(useKiosk().data.site)?.phoneRegion
  const query = matchQuery(term, region)
  const found = all
    .filter((visit) => matchesVisit(visit, query) && (!onlyOverdue || overstayMsOf(visit, now) > 0))
    .toSorted(byUrgency(now))
  // Alone by a whole phone it is certain, and Enter ends it at once; alone by a part, Enter marks it first.
  const [only, second] = found
  const alone = term.trim() === '' || second !== undefined ? undefined : only
  const isCertain = alone !== undefined && alone.phone === normalisePhone(term, region)
  const list = useHeldOrder(found, {
    keyOf: (visit) => visit.entryId,
    isHeld: hand.isThere || arrowId !== null,
    scope: `${term} ${onlyOverdue}`,
  })
  const markedId = arrowId ?? (isCertain ? alone.entryId : null)

  const setTerm = (text: string): void => {
    setTermOnly(text)
    setArrowId(null)
  }
  const walk = (step: number): void => {
    const at = list.rows.findIndex(({ item }) => item.entryId === markedId)
    const next = at < 0 ? 0 : Math.min(list.rows.length - 1, Math.max(0, at + step))
    setArrowId(list.rows[next]?.item.entryId ?? null)
  }
  const letOut = (visit: Visit): void => void actions.letOut(visit.visitorId, visit)

  useScreenKeys(({ key, target }) => {
    if (target instanceof HTMLButtonElement) return false
    const visit = found.find(({ entryId }) => entryId === markedId)
    if (key === 'ArrowDown') walk(1)
    else if (key === 'ArrowUp') walk(-1)
    else if (key === 'Escape') setTerm('')
    else if (key === 'Enter' && visit !== undefined) {
      letOut(visit)
      setTerm('')
    } else if (key === 'Enter' && alone !== undefined) setArrowId(alone.entryId)
    else return false
    return true
  })

  return {
    ...{ all, list, term, setTerm, onlyOverdue, setOnlyOverdue, markedId, letOut },
    onHand: hand.onHand,
    overdue: all.filter((visit) => overstayMsOf(visit, now) > 0).length,
  }
}
