/** A visit's life on the desk: entry, exit, and each taken back. Clock and ids are given; nothing is read. */
import { newestFirstSortKey, visitorEntriesCollection } from '../collections/visitor-entries.ts'
import type { ApprovalMethod, EntryType, VehicleType, VisitorEntry } from '../collections/visitor-entries.ts'
import { chowkiError } from '../errors/codes.ts'
import type { ChowkiError } from '../errors/codes.ts'
import { err, ok } from '../errors/result.ts'
import type { Result } from '../errors/result.ts'
import { validateDocument } from '../projections/validate.ts'
import { maskAadhaar } from './aadhaar.ts'
import { clampEpochMs } from './clock.ts'
import { cleanLine, cleanLines, compactText } from './text.ts'

/** Where, when and by whose hand. */
export interface DeskMoment {
  readonly now: number
  readonly guardId: string
}

export interface EntryDesk extends DeskMoment {
  readonly entryId: string
  readonly societyId: string
  readonly gateId: string
  readonly deviceId: string
}

/** Null is "not asked, not given". */
export interface EntryDetails {
  readonly visitorId: string
  readonly flatIds: readonly string[]
  readonly entryType: EntryType
  readonly approvalMethod: ApprovalMethod
  readonly overrideReason?: string | null
  readonly nameChecked?: boolean
  readonly approvedBy?: string | null
  readonly residentId?: string | null
  readonly preApprovalId?: string | null
  readonly passCode?: string | null
  readonly purpose?: string | null
  readonly vehicle?: { readonly number: string; readonly type: VehicleType } | null
  readonly notes?: string | null
  readonly temperature?: number | null
  readonly maskWorn?: boolean | null
  readonly entryPhotoId?: string | null
}

/** How long the screen offers to take an entry or an exit back. */
export const undoWindowMs = 10_000

export function buildEntry(details: EntryDetails, desk: EntryDesk): Result<VisitorEntry, ChowkiError> {
  const flatIds = [...new Set(details.flatIds)]
  const [flatId] = flatIds
  if (flatId === undefined) return refuse('flatIds', 'No flat is chosen.')
  const now = clampEpochMs(desk.now)
  return fitting({
    _id: desk.entryId,
    societyId: desk.societyId,
    createdAt: now,
    updatedAt: now,
    visitorId: details.visitorId,
    flatId,
    flatIds,
    entryType: details.entryType,
    entryDateTime: now,
    entryGuard: desk.guardId,
    state: 'Inside',
    sortKey: newestFirstSortKey(now),
    approvalStatus: 'Approved',
    approvalMethod: details.approvalMethod,
    approvalDateTime: now,
    gateId: desk.gateId,
    deviceId: desk.deviceId,
    deviceTime: now,
    ...optionalFields(details),
  })
}

/** A clock that went back since the entry must not make a visit of negative length. */
export function buildExit(
  entry: VisitorEntry,
  { now, guardId, exitPhotoId = null }: DeskMoment & { readonly exitPhotoId?: string | null },
): Result<VisitorEntry, ChowkiError> {
  if (entry.state !== 'Inside') return refuse('state', 'The visit is over already.')
  return fitting({
    ...entry,
    state: 'Left',
    exitDateTime: Math.max(entry.entryDateTime, clampEpochMs(now)),
    exitGuard: guardId,
    ...present({ exitPhoto: exitPhotoId }),
    updatedAt: nextUpdate(entry, now),
  })
}

/**
 * Looks at what has happened since: an exit of another guard (the first one stands), or a newer visit, and the visitor
 * would be inside twice or without being here.
 */
export function undoExit(
  entry: VisitorEntry,
  { now, guardId, isInsideAgain }: DeskMoment & { readonly isInsideAgain: boolean },
): Result<VisitorEntry, ChowkiError> {
  // The other gate took it back: what is wanted is so already.
  if (entry.state === 'Inside') return ok(entry)
  if (entry.state !== 'Left' || entry.exitGuard !== guardId || isInsideAgain) return overtaken()
  const { exitDateTime: _time, exitGuard: _guard, exitPhoto: _photo, ...rest } = entry
  return fitting({ ...rest, state: 'Inside', updatedAt: nextUpdate(entry, now) })
}

/** Entered by mistake: the record stays, as cancelled. Not once somebody has let him out: so he was here. */
export function cancelEntry(
  entry: VisitorEntry,
  { now, guardId }: DeskMoment,
): Result<VisitorEntry, ChowkiError> {
  if (entry.state === 'Cancelled') return ok(entry)
  if (entry.state !== 'Inside') return overtaken()
  return fitting({
    ...entry,
    state: 'Cancelled',
    exitDateTime: Math.max(entry.entryDateTime, clampEpochMs(now)),
    exitGuard: guardId,
    updatedAt: nextUpdate(entry, now),
  })
}

const overtaken = (): Result<never, ChowkiError> => err(chowkiError('undo_overtaken'))

export type OverstayMinutes = Readonly<Partial<Record<EntryType, number>>>

/** When the visitor should have left; null where the society sets no time or the visit is over. */
export function dueAt(
  entry: Pick<VisitorEntry, 'entryType' | 'entryDateTime' | 'state'>,
  overstayMinutes: OverstayMinutes,
): number | null {
  const minutes = overstayMinutes[entry.entryType]
  return minutes === undefined || entry.state !== 'Inside' ? null : entry.entryDateTime + minutes * 60_000
}

export function isOverstay(
  entry: Pick<VisitorEntry, 'entryType' | 'entryDateTime' | 'state'>,
  overstayMinutes: OverstayMinutes,
  now: number,
): boolean {
  const due = dueAt(entry, overstayMinutes)
  return due !== null && now > due
}

const optionalFields = (details: EntryDetails) =>
  present({
    overrideReason: lineOrNull(details.overrideReason),
    nameChecked: details.nameChecked === true ? true : null,
    approvedBy: details.approvedBy,
    residentId: details.residentId,
    preApprovalId: details.preApprovalId,
    passCode: details.passCode,
    purpose: lineOrNull(details.purpose),
    vehicleDetails: details.vehicle && {
      number: normaliseVehicleNumber(details.vehicle.number),
      type: details.vehicle.type,
    },
    notes: maskAadhaar(cleanLines(details.notes ?? '')) || null,
    temperature: details.temperature,
    maskWorn: details.maskWorn,
    entryPhoto: details.entryPhotoId,
  })

/** `mh 12 ab-1234` -> `MH12AB1234`: found again however it is typed. */
export const normaliseVehicleNumber = (typed: string): string => maskAadhaar(compactText(typed)).toUpperCase()

type Present<T> = { [K in keyof T]?: NonNullable<T[K]> }

const present = <T extends object>(fields: T): Present<T> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as Present<T>

const lineOrNull = (value: string | null | undefined): string | null =>
  maskAadhaar(cleanLine(value ?? '')) || null

/** Later than what the record says, even when the clock went back: the newest change is the later one. */
const nextUpdate = (entry: VisitorEntry, now: number) =>
  clampEpochMs(Math.max(clampEpochMs(now), entry.updatedAt + 1))

function fitting(entry: VisitorEntry): Result<VisitorEntry, ChowkiError> {
  const checked = validateDocument(visitorEntriesCollection, entry)
  return checked.ok ? ok(entry) : refuse(checked.error.field, checked.error.message)
}

const refuse = (field: string, message: string): Result<never, ChowkiError> =>
  err(chowkiError('invalid_document', { field, message }))
