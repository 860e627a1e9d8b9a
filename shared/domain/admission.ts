/**
 * May this visit come in? The one rule for every entry, known, typed as new or by its plate: the screen shows what it
 * says, the desk refuses by it, and the server judges again by it and marks what needs a look. Clock and facts are given.
 */
import type { ApprovalMethod, ReviewReason } from '../collections/visitor-entries.ts'
import type { WatchlistRow } from '../collections/watchlist.ts'
import { nameKey, nameMatches, nameQuery, wordsOf } from './name-key.ts'
import { normalisePhone } from './phone.ts'
import { cleanLine } from './text.ts'
import { normaliseVehicleNumber } from './visit.ts'

export interface JudgedVisit {
  /** Of the person and of whoever is linked with him; empty for somebody new. */
  readonly visitorIds: readonly string[]
  /** Nobody knows him yet: his name is compared with every barred one. */
  readonly isNew: boolean
  readonly name: string
  readonly phone: string
  readonly plate: string | null
  /** Null while the guard has not said. */
  readonly approvalMethod: ApprovalMethod | null
  readonly overrideReason: string | null
  /** The guard says that he is not the barred one of that name. */
  readonly nameChecked: boolean
}

export interface AdmissionFacts {
  /** Epoch milliseconds, as of the entry. */
  readonly now: number
  readonly watchlist: Iterable<WatchlistRow>
  /** The person has another visit that is open at the entry. */
  readonly isInside: boolean
  readonly phoneRegion: string | undefined
}

/** Why the society bars whom it bars, and what of the visit shows that it is he. */
export interface Bar {
  readonly reason: string
  readonly by: 'person' | 'phone' | 'plate' | 'name'
}

/** What would allow it. */
export type AdmissionNeed = 'exit' | 'override' | 'overrideReason' | 'nameCheck'

export type Admission = (
  | { readonly admitted: true }
  | {
      readonly admitted: false
      readonly rule: Exclude<ReviewReason, 'Override' | 'ClockDrift'>
      readonly need: AdmissionNeed
    }
) & {
  /** Also of who is admitted all the same. */
  readonly bar: Bar | null
  /** What a supervisor should look at, in the order of `reviewReasons`. */
  readonly marks: readonly ReviewReason[]
}

export function judgeAdmission(visit: JudgedVisit, facts: AdmissionFacts): Admission {
  const bar = findBar(visit, facts)
  const isAlike = bar?.by === 'name'
  const isBarred = bar !== null && !isAlike
  const isOverride = visit.approvalMethod === 'Override'
  const lacksReason = isOverride && cleanLine(visit.overrideReason ?? '') === ''
  const found: readonly (readonly [ReviewReason, boolean])[] = [
    ['Watchlist', isBarred],
    ['WatchlistName', isAlike],
    ['DoubleEntry', facts.isInside],
    ['Override', isOverride],
    ['ReasonMissing', lacksReason],
  ]
  const told = { bar, marks: found.filter(([, is]) => is).map(([mark]) => mark) }
  if (facts.isInside) return { admitted: false, rule: 'DoubleEntry', need: 'exit', ...told }
  if (isBarred && !isOverride) return { admitted: false, rule: 'Watchlist', need: 'override', ...told }
  if (lacksReason) return { admitted: false, rule: 'ReasonMissing', need: 'overrideReason', ...told }
  if (isAlike && !visit.nameChecked && !isOverride)
    return { admitted: false, rule: 'WatchlistName', need: 'nameCheck', ...told }
  return { admitted: true, ...told }
}

/** What is certain comes first, whichever row says it; a row with several marks matches by any of them. */
function findBar(visit: JudgedVisit, { now, watchlist, phoneRegion }: AdmissionFacts): Bar | null {
  const phone = normalisePhone(visit.phone, phoneRegion) ?? visit.phone
  const plate = normaliseVehicleNumber(visit.plate ?? '')
  const isPhone = (barred: string): boolean =>
    // Parsing is dear, so the last digits are compared before the whole number with its country.
    barred.slice(-lastDigits) === phone.slice(-lastDigits) &&
    (normalisePhone(barred, phoneRegion) ?? barred) === phone
  const isPlate = (barred: string): boolean => plate !== '' && normaliseVehicleNumber(barred) === plate
  let alike: Bar | null = null
  for (const row of watchlist) {
    if (!row.isActive || (row.validTo !== undefined && row.validTo < now)) continue
    const { reason } = row
    if (row.visitorId !== undefined && visit.visitorIds.includes(row.visitorId))
      return { reason, by: 'person' }
    if (row.phone !== undefined && isPhone(row.phone)) return { reason, by: 'phone' }
    if (row.vehicleNumber !== undefined && isPlate(row.vehicleNumber)) return { reason, by: 'plate' }
    if (isNameAlike(row, visit)) alike ??= { reason, by: 'name' }
  }
  return alike
}

const lastDigits = 4

/**
 * Namesakes are many, so a name is never certain. Somebody known is compared with those rows alone that know nothing
 * better than a name; somebody new may be a barred person under another phone.
 */
function isNameAlike(row: WatchlistRow, visit: JudgedVisit): boolean {
  if (row.name === undefined || wordsOf(visit.name).length === 0) return false
  const knowsMore = row.phone !== undefined || row.vehicleNumber !== undefined || row.visitorId !== undefined
  return (visit.isNew || !knowsMore) && isSpeltAlike(row.name, visit.name)
}

/** The same words, in another script or as a variant too. */
const isSpeltAlike = (one: string, other: string): boolean =>
  wordsOf(one).length === wordsOf(other).length &&
  nameMatches(nameKey(one), nameQuery(other)) &&
  nameMatches(nameKey(other), nameQuery(one))
