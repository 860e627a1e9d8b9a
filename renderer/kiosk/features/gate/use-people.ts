import { normalisePhone } from '@chowki/shared/domain/phone.ts'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { PersonHit } from '../../../data/kiosk-data.ts'
import { useHeldOrder } from '../../held-order.ts'
import { useKiosk } from '../../kiosk-context.ts'

const hitsMax = 24

export interface People {
  readonly hits: readonly PersonHit[]
  /** False while `hits` still belong to an earlier term: nobody may be let in by them. */
  readonly current: boolean
}

const nobody: People = { hits: [], current: true }

export function usePeople(term: string): People {
  const { data } = useKiosk()
  const queryClient = useQueryClient()
  const trimmed = term.trim()
  const found = useQuery({
    queryKey: ['people', trimmed],
    queryFn: async () => ({ term: trimmed, hits: await data.findPeople(trimmed, hitsMax) }),
    enabled: trimmed !== '',
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  })

  useEffect(() => {
    const refresh = (): void => void queryClient.invalidateQueries({ queryKey: ['people'] })
    const stops = [data.inside.subscribe(refresh), data.recent.subscribe(refresh)]
    return () => stops.forEach((stop) => stop())
  }, [data, queryClient])

  // Who is found for the same words once more keeps his place; who comes to it stands at the end.
  const { rows, newcomers } = useHeldOrder(found.data?.hits ?? [], {
    keyOf: (hit) => hit.visitorId,
    isHeld: true,
    scope: found.data?.term ?? '',
  })
  const hits = [...rows.flatMap(({ item, isGone }) => (isGone ? [] : item)), ...newcomers]

  if (trimmed === '') return nobody
  return { hits, current: found.data !== undefined && !found.isPlaceholderData }
}

/** All who are known by this whole phone; nobody for a part of one. */
export function usePeopleOfPhone(typed: string, region: string | undefined): readonly PersonHit[] {
  const phone = normalisePhone(typed, region)
  const people = usePeople(phone ?? '')
  return people.hits.filter((hit) => hit.phone === phone)
}

/** The one person of this whole phone: Enter may let in without a second look. All else is a suggestion. */
export function isCertain(people: People, term: string, region: string | undefined): boolean {
  const phone = normalisePhone(term, region)
  const [first, second] = people.hits.filter((hit) => hit.phone === phone)
  return people.current && first !== undefined && second === undefined && first === people.hits[0]
}
