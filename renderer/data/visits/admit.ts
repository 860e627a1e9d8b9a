/** A planned visit before the one rule for every entry, with what this desk knows. */
import { judgeAdmission } from '@chowki/shared/domain/admission.ts'
import type { AdmissionNeed } from '@chowki/shared/domain/admission.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { Desk } from '../desk/open-desk.ts'
import type { NewVisit } from '../kiosk-data.ts'
import type { VisitorPlan } from '../people/plan-visitor.ts'

type AdmittedVisit = Pick<NewVisit, 'vehicle' | 'approvalMethod' | 'overrideReason' | 'nameChecked'>

export function admit(
  { inside, links, watchlist, site }: Pick<Desk, 'inside' | 'links' | 'watchlist' | 'site'>,
  plan: VisitorPlan,
  visit: AdmittedVisit,
  now: number,
): Result<null, ChowkiError> {
  const isNew = plan.kind === 'new'
  const { name, phone } = isNew ? plan.visitor : plan
  const judged = judgeAdmission(
    {
      ...{ isNew, name, phone },
      visitorIds: isNew ? [] : [links.personOf(plan.visitorId)],
      plate: visit.vehicle?.number ?? null,
      approvalMethod: visit.approvalMethod,
      overrideReason: visit.overrideReason,
      nameChecked: visit.nameChecked,
    },
    {
      now,
      watchlist: watchlist.current(),
      isInside: !isNew && inside.has(plan.visitorId),
      phoneRegion: site.current()?.phoneRegion,
    },
  )
  return judged.admitted ? ok(null) : err(refusals[judged.need])
}

/** The field is the one that would allow it. */
const refusals: Readonly<Record<AdmissionNeed, ChowkiError>> = {
  exit: chowkiError('visitor_inside', { field: 'visitorId' }),
  override: chowkiError('visitor_barred', { field: 'approvalMethod' }),
  overrideReason: chowkiError('reason_missing', { field: 'overrideReason' }),
  nameCheck: chowkiError('name_barred', { field: 'nameChecked' }),
}
