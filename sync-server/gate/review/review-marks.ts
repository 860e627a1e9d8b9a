/** What a supervisor should look at of a person's visits, by the very rule that the gates let in by. Pure. */
import { reviewReasons } from '@chowki/shared/collections/visitor-entries.ts'
import type { ReviewReason, VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import type { Visitor } from '@chowki/shared/collections/visitors.ts'
import type { WatchlistRow } from '@chowki/shared/collections/watchlist.ts'
import { judgeAdmission } from '@chowki/shared/domain/admission.ts'
import { isClockDrifted } from '@chowki/shared/domain/clock.ts'

export interface ReviewedPerson {
  /** All records that are linked as one person. */
  readonly records: readonly Visitor[]
  readonly visits: readonly VisitorEntry[]
}

/** In the order of `reviewReasons`. A visit whose visitor has not come yet is judged without his name and phone. */
export function reviewMarks(
  visit: VisitorEntry,
  { records, visits }: ReviewedPerson,
  watchlist: readonly WatchlistRow[],
): ReviewReason[] {
  const visitor = records.find(({ _id }) => _id === visit.visitorId)
  const arrivedAt = visit.serverTime ?? visit.createdAt
  const { marks } = judgeAdmission(
    {
      visitorIds: [visit.visitorId, ...records.map(({ _id }) => _id)],
      isNew: visitor !== undefined && visitor.createdAt >= visit.createdAt,
      name: visitor?.name ?? '',
      phone: visitor?.phone ?? '',
      plate: visit.vehicleDetails?.number ?? null,
      approvalMethod: visit.approvalMethod ?? null,
      // Older kiosks wrote it into the notes.
      overrideReason: visit.overrideReason ?? visit.notes ?? null,
      nameChecked: visit.nameChecked ?? false,
    },
    {
      now: visit.entryDateTime,
      // Who was barred after he had come was let in rightly.
      watchlist: watchlist.filter((row) => row.createdAt <= arrivedAt),
      isInside: visits.some((other) => overlaps(visit, other)),
      phoneRegion: undefined,
    },
  )
  const found: readonly ReviewReason[] = [
    ...marks,
    // A bar that is lifted later was one when he came.
    ...(visit.reviewReasons ?? []).filter((mark) => mark === 'Watchlist' || mark === 'WatchlistName'),
    ...(isClockDrifted(visit.timeDriftMs ?? 0) ? (['ClockDrift'] as const) : []),
  ]
  return reviewReasons.filter((mark) => found.includes(mark))
}

/** Judged by times, so that it is the same in whatever order entries and exits arrive, and when both have left. */
const overlaps = (one: VisitorEntry, other: VisitorEntry): boolean =>
  one._id !== other._id &&
  one.state !== 'Cancelled' &&
  other.state !== 'Cancelled' &&
  one.entryDateTime < endOf(other) &&
  other.entryDateTime < endOf(one)

const endOf = ({ exitDateTime }: VisitorEntry): number => exitDateTime ?? Infinity
