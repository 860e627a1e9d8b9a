import { maskPhone } from '@chowki/shared/domain/phone.ts'
import { listMarkedVisits } from '../gate/review/admission-review.ts'
import type { ServerData } from '../open-data.ts'
import type { Caller } from '../records/caller.ts'

/** Visits of one society that need a look, one on a line; each is in the audit as seen by `caller`. */
export async function reviewLines(
  { records, sites }: Pick<ServerData, 'records' | 'sites'>,
  caller: Caller,
  societyId: string,
  limit: number,
): Promise<string[]> {
  const visits = await listMarkedVisits(records, societyId, limit)
  const ids = [...new Set(visits.map(({ visitorId }) => visitorId))]
  const visitors = new Map(
    (await records.find(societyId, 'visitors', { _id: ids })).map((one) => [one._id, one]),
  )
  const gates = new Map((await sites.gates(societyId)).map(({ gateId, name }) => [gateId, name]))
  const seen = { action: 'visitorEntries.viewed', collection: 'visitorEntries' } as const
  // Before the answer: a view that cannot be audited does not happen.
  await Promise.all(visits.map(({ _id: id }) => records.view(caller, societyId, { ...seen, id })))
  return visits.map((visit) => {
    const { name = '-', phone = '' } = visitors.get(visit.visitorId) ?? {}
    const reasons = (visit.reviewReasons ?? []).join(',')
    const what = [new Date(visit.entryDateTime).toISOString(), reasons, visit._id, visit.state]
    const where = gates.get(visit.gateId) ?? visit.gateId
    return [...what, where, name, maskPhone(phone), visit.overrideReason ?? '-'].join('\t')
  })
}
