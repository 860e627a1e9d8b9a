import { isMatch, matchKey } from '@chowki/shared/domain/person-match.ts'
import type { MatchKey, MatchQuery } from '@chowki/shared/domain/person-match.ts'
import type { Visit } from '../../../data/kiosk-data.ts'

/** How long a visit has overstayed; 0 while it has not. */
export const overstayMsOf = (visit: Visit, now: number): number =>
  visit.dueAt === null || visit.exitAt !== null ? 0 : Math.max(0, now - visit.dueAt)

/** Whoever overstays stands first, the longest on top; then the newest. */
export const byUrgency =
  (now: number) =>
  (a: Visit, b: Visit): number =>
    overstayMsOf(b, now) - overstayMsOf(a, now) || b.entryAt - a.entryAt

const keys = new WeakMap<Visit, MatchKey>()

/** By the same rules as the gate's search: name in any script, phone, flat, plate. */
export function matchesVisit(visit: Visit, query: MatchQuery): boolean {
  const { name, phone, flats, vehicle } = visit
  const key =
    keys.get(visit) ??
    matchKey({ name, phone, plates: vehicle === null ? [] : [vehicle.number], flatLabels: flats })
  keys.set(visit, key)
  return isMatch(key, query)
}
