/** A visit being written: what is known is filled in, what is missing is named in the order of speech. */
import type { ApprovalMethod, EntryType, VehicleType } from '@chowki/shared/collections/visitor-entries.ts'
import type { FlatOption, NewVisit, PersonHit } from '../../../data/kiosk-data.ts'
import { purposesByType } from './visit-kinds.ts'

export interface VisitDraft {
  readonly visitorId: string | null
  readonly barred: boolean
  readonly name: string
  readonly phone: string
  readonly flats: readonly FlatOption[]
  readonly entryType: EntryType | null
  readonly purpose: string | null
  readonly vehicleNumber: string
  readonly vehicleType: VehicleType
  readonly notes: string
  readonly temperature: string
  readonly maskWorn: boolean
  readonly approvalMethod: ApprovalMethod | null
}

export type Place = 'phone' | 'name' | 'flat' | 'type' | 'approval' | 'reason'

const emptyDraft: VisitDraft = {
  visitorId: null,
  barred: false,
  name: '',
  phone: '',
  flats: [],
  entryType: null,
  purpose: null,
  vehicleNumber: '',
  vehicleType: 'Car',
  notes: '',
  temperature: '',
  maskWorn: true,
  approvalMethod: null,
}

const looksLikePhone = (term: string): boolean => /^\+?[\d\s-]{3,}$/u.test(term.trim())

/** What was typed into the search is kept: digits as phone, words as name. */
export function newDraft(term: string): VisitDraft {
  const typed = term.trim()
  return looksLikePhone(typed)
    ? { ...emptyDraft, phone: phoneOf(typed) }
    : { ...emptyDraft, name: /^[^\d]*$/u.test(typed) ? typed : '' }
}

export function draftFromPerson(person: PersonHit): VisitDraft {
  const barred = person.barred !== null
  return {
    ...emptyDraft,
    visitorId: person.visitorId,
    barred,
    name: person.name,
    phone: person.phone,
    flats: person.lastFlats,
    entryType: person.lastEntryType,
    purpose: person.lastPurpose,
    vehicleNumber: person.lastVehicle?.number ?? '',
    vehicleType: person.lastVehicle?.type ?? 'Car',
    approvalMethod: barred ? null : usualApproval(person.lastEntryType),
  }
}

/** A bar is never passed by a default: the guard himself has to choose. */
export const withType = (draft: VisitDraft, entryType: EntryType): VisitDraft => ({
  ...draft,
  entryType,
  purpose: keptPurpose(draft.purpose, entryType),
  approvalMethod: draft.barred ? draft.approvalMethod : usualApproval(entryType),
})

const keptPurpose = (purpose: string | null, entryType: EntryType): string | null =>
  purposesByType[entryType].some((known) => known === purpose) ? purpose : null

const usualApproval = (entryType: EntryType | null): ApprovalMethod | null =>
  entryType === null ? null : entryType === 'DailyHelp' ? 'Standing' : 'PhoneCall'

/** Digits, with a leading plus if there was one. */
export function phoneOf(text: string): string {
  const digits = text.replace(/\D/gu, '')
  return text.trim().startsWith('+') ? `+${digits}` : digits
}

const phoneDigitsMin = 4
const phoneDigitsMax = 15
const isPhone = (phone: string): boolean => {
  const { length } = phone.replace(/\D/gu, '')
  return length >= phoneDigitsMin && length <= phoneDigitsMax
}

export function missingOf(draft: VisitDraft): readonly Place[] {
  const overridesBar = draft.barred && draft.approvalMethod === 'Override'
  const places: readonly (readonly [Place, boolean])[] = [
    ['phone', isPhone(draft.phone)],
    ['name', draft.name.trim() !== ''],
    ['flat', draft.flats.length > 0],
    ['type', draft.entryType !== null],
    ['approval', draft.barred ? overridesBar : draft.approvalMethod !== null || draft.entryType === null],
    ['reason', !overridesBar || draft.notes.trim() !== ''],
  ]
  return places.filter(([, filled]) => !filled).map(([place]) => place)
}

/** Null while something is missing. */
export function toNewVisit(
  draft: VisitDraft,
  asks: { readonly mask: boolean },
  photo: Blob | null,
): NewVisit | null {
  if (missingOf(draft).length > 0 || draft.entryType === null || draft.approvalMethod === null) return null
  const plate = draft.vehicleNumber.replace(/\s/gu, '').toLocaleUpperCase('en')
  const temperature = Number.parseFloat(draft.temperature.replace(',', '.'))
  return {
    visitorId: draft.visitorId,
    name: draft.name.trim(),
    phone: phoneOf(draft.phone),
    flatIds: draft.flats.map((flat) => flat.flatId),
    entryType: draft.entryType,
    purpose: draft.purpose,
    vehicle: plate === '' ? null : { number: plate, type: draft.vehicleType },
    notes: draft.notes.trim() === '' ? null : draft.notes.trim(),
    temperature: Number.isFinite(temperature) ? temperature : null,
    maskWorn: asks.mask ? draft.maskWorn : null,
    approvalMethod: draft.approvalMethod,
    photo,
  }
}

/** `+91 98000 01042`: as a phone is read aloud here. */
export function spokenPhone(phone: string): string {
  const indian = /^(\+91)?(\d{5})(\d{5})$/u.exec(phone)
  return indian === null ? phone : [indian[1], indian[2], indian[3]].filter(Boolean).join(' ')
}
