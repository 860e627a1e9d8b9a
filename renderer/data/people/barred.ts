/** Whom the society bars, judged on this desk: by visitor, phone, vehicle or whole name. */
import { nameKey } from '@chowki/shared/domain/name-key.ts'
import { normaliseVehicleNumber } from '@chowki/shared/domain/visit.ts'
import type { WatchlistRow } from '@chowki/shared/collections/watchlist.ts'

export interface Candidate {
  readonly visitorId: string | null
  readonly name: string
  readonly phone: string
  readonly vehicleNumber: string | null
}

/** The reason of the first row that matches; a row with several marks matches by any of them. */
export function barredReason(rows: Iterable<WatchlistRow>, candidate: Candidate, now: number): string | null {
  for (const row of rows) {
    if (!row.isActive || (row.validTo !== undefined && row.validTo < now)) continue
    if (isSame(row, candidate)) return row.reason
  }
  return null
}

const isSame = (row: WatchlistRow, candidate: Candidate): boolean =>
  (row.visitorId !== undefined && row.visitorId === candidate.visitorId) ||
  (row.phone !== undefined && row.phone === candidate.phone) ||
  (row.vehicleNumber !== undefined &&
    candidate.vehicleNumber !== null &&
    normaliseVehicleNumber(row.vehicleNumber) === normaliseVehicleNumber(candidate.vehicleNumber)) ||
  // A name alone bars only where the row knows nothing better: namesakes are many.
  (row.name !== undefined &&
    row.phone === undefined &&
    row.vehicleNumber === undefined &&
    row.visitorId === undefined &&
    nameKey(row.name).spellings === nameKey(candidate.name).spellings)
