/** A visit as a gate writes it. For tests only. */
import type { VisitorEntry } from '../collections/visitor-entries.ts'
import { buildEntry } from '../domain/visit.ts'
import type { EntryDetails } from '../domain/visit.ts'

export const sampleIds = {
  society: '64f000000000000000000001',
  gate: '64f000000000000000000002',
  device: '64f000000000000000000003',
  guard: '64f000000000000000000004',
  otherGuard: '64f000000000000000000005',
  visitor: '64f000000000000000000006',
  flat: '64f000000000000000000007',
  otherFlat: '64f000000000000000000008',
  entry: '64f000000000000000000009',
  photo: '64f00000000000000000000a',
} as const

export const sampleNow = Date.UTC(2026, 10, 23, 2, 12)

export const sampleDesk = {
  now: sampleNow,
  entryId: sampleIds.entry,
  societyId: sampleIds.society,
  gateId: sampleIds.gate,
  deviceId: sampleIds.device,
  guardId: sampleIds.guard,
} as const

export const sampleDetails: EntryDetails = {
  visitorId: sampleIds.visitor,
  flatIds: [sampleIds.flat],
  entryType: 'Guest',
  approvalMethod: 'PhoneCall',
}

export function sampleVisit(details: Partial<EntryDetails> = {}): VisitorEntry {
  const built = buildEntry({ ...sampleDetails, ...details }, sampleDesk)
  if (!built.ok) throw new Error(built.error.message)
  return built.value
}
