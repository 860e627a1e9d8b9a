/** Visits of about 1 KB as JSON, with every field that a guard may fill. */
import { randomBytes } from 'node:crypto'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { buildEntry, buildExit } from '@chowki/shared/domain/visit.ts'
import type { WireDocument } from '@chowki/shared/protocol/messages.ts'
import { newId } from '../frame/society.ts'

export interface VisitPlace {
  readonly societyId: string
  readonly gateId: string
  readonly deviceId: string
}

/** Of one society; the lists are made once, so that visits share flats, guards and visitors as they do in life. */
export interface VisitSource {
  readonly flatIds: readonly string[]
  /** The newest first: visit `n` is `n` minutes old. Each twentieth of the newest 4,000 is still inside. */
  take(count: number, from?: number): VisitorEntry[]
}

const flatCount = 400
const guardCount = 12
const visitorShare = 3

export function createVisitSource(place: VisitPlace, newest = Date.now()): VisitSource {
  const ids = (count: number): string[] => Array.from({ length: count }, newId)
  const flatIds = ids(flatCount)
  const guards = ids(guardCount)
  const visitors = ids(4_000)
  const one = (n: number): VisitorEntry => {
    const at = newest - n * 60_000
    const visit = unwrap(
      buildEntry(
        {
          visitorId: pick(visitors, Math.floor(n / visitorShare)),
          flatIds: [pick(flatIds, n), pick(flatIds, n * 7 + 1)],
          entryType: 'Guest',
          approvalMethod: 'PhoneCall',
          approvedBy: pick(guards, n + 1),
          residentId: pick(visitors, n + 1),
          purpose: 'Comes to see the family on the second floor',
          vehicle: { number: `KA05JX${1000 + (n % 9000)}`, type: 'Car' },
          temperature: 36.6,
          maskWorn: true,
          notes: padding(n),
          entryPhotoId: newId(),
        },
        { ...place, now: at, guardId: pick(guards, n), entryId: newId() },
      ),
    )
    const isInside = n < 4_000 && n % 20 === 0
    return isInside ? visit : unwrap(buildExit(visit, { now: at + 1_800_000, guardId: pick(guards, n + 2) }))
  }
  return { flatIds, take: (count, from = 0) => Array.from({ length: count }, (_, n) => one(from + n)) }
}

/** Text that does not compress to nothing: words would, and no two guards write the same. */
const padding = (n: number): string => `${n} ${randomBytes(46).toString('hex')}`

export const bytesPerVisit = (visits: readonly VisitorEntry[]): number =>
  Math.round(Buffer.byteLength(JSON.stringify(visits)) / Math.max(1, visits.length))

export const asWire = (visits: readonly VisitorEntry[]): WireDocument[] => visits as unknown as WireDocument[]

const pick = (ids: readonly string[], n: number): string => ids[n % ids.length] ?? ''

export function unwrap<T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}
