/** What the one rule for every entry says of the visit as it stands on the screen. */
import type { WatchlistRow } from '@chowki/shared/collections/watchlist.ts'
import { judgeAdmission } from '@chowki/shared/domain/admission.ts'
import type { Admission } from '@chowki/shared/domain/admission.ts'
import type { VisitDraft } from './draft.ts'

export interface DraftFacts {
  readonly now: number
  readonly watchlist: readonly WatchlistRow[]
  readonly phoneRegion: string | undefined
}

/** Who is inside is not asked here: the screen offers to let him out instead. */
export const judgeDraft = (draft: VisitDraft, facts: DraftFacts): Admission =>
  judgeAdmission(
    {
      visitorIds: draft.visitorId === null ? [] : [draft.visitorId],
      isNew: draft.visitorId === null,
      name: draft.name,
      phone: draft.phone,
      plate: draft.vehicleNumber,
      approvalMethod: draft.approvalMethod,
      overrideReason: draft.overrideReason,
      nameChecked: draft.nameChecked,
    },
    { ...facts, isInside: false },
  )

/** Nothing but the guard's own word passes it. */
export const isBarred = ({ bar }: Admission): boolean => bar !== null && bar.by !== 'name'
