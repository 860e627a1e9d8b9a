import type { Visit } from '../../../data/kiosk-data.ts'

/** How long a visit has overstayed; 0 while it has not. */
export const overstayMsOf = (visit: Visit, now: number): number =>
  visit.dueAt === null || visit.exitAt !== null ? 0 : Math.max(0, now - visit.dueAt)

/** Whoever overstays stands first, the longest on top; then the newest. */
export const byUrgency =
  (now: number) =>
  (a: Visit, b: Visit): number =>
    overstayMsOf(b, now) - overstayMsOf(a, now) || b.entryAt - a.entryAt

/** Every word must be found in name, phone, flat or plate. */
export function matchesVisit(visit: Visit, term: string): boolean {
  const words = term.toLocaleLowerCase('en').trim().split(/\s+/u).filter(Boolean)
  const text = [visit.name, visit.phone, ...visit.flats, visit.vehicle?.number ?? '']
    .join(' ')
    .toLocaleLowerCase('en')
  return words.every(
    (word) => text.includes(word) || text.replaceAll('-', '').includes(word.replaceAll('-', '')),
  )
}
