/** A visit being written: what is known is filled in, what is missing is named in the order of speech. */
import type { ApprovalMethod, EntryType, VehicleType } from '@chowki/shared/collections/visitor-entries.ts'
import type { Admission, AdmissionNeed } from '@chowki/shared/domain/admission.ts'
import { hasAadhaar } from '@chowki/shared/domain/aadhaar.ts'
import { normalisePhone } from '@chowki/shared/domain/phone.ts'
import { cleanLine, plainText } from '@chowki/shared/domain/text.ts'
import { normaliseVehicleNumber } from '@chowki/shared/domain/visit.ts'
import type { FlatOption, NewVisit, PersonHit } from '../../../data/kiosk-data.ts'
import { purposesByType } from './visit-kinds.ts'

export interface VisitDraft {
  readonly visitorId: string | null
  /** Said to be none of those who are known by the phone. */
  readonly newPerson: boolean
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
  /** Of an override. */
  readonly overrideReason: string
  /** Said to be somebody else than the barred one of that name. */
  readonly nameChecked: boolean
}

/** `who`: of those who are known by the phone. */
export type Place = 'who' | 'phone' | 'name' | 'flat' | 'type' | 'nameCheck' | 'approval' | 'reason'

const emptyDraft: VisitDraft = {
  visitorId: null,
  newPerson: false,
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
  overrideReason: '',
  nameChecked: false,
}

const looksLikePhone = (term: string): boolean =>
  /^[+(]?\d[\d\s()./-]{2,}$|^\(\+[\d\s()./-]{3,}$/u.test(plainText(term))

/** What was typed into the search is kept: digits as phone, words as name. */
export function newDraft(term: string): VisitDraft {
  return looksLikePhone(term)
    ? { ...emptyDraft, phone: plainText(term) }
    : { ...emptyDraft, name: /\p{Nd}/u.test(term) ? '' : cleanLine(term) }
}

export function draftFromPerson(person: PersonHit): VisitDraft {
  return {
    ...emptyDraft,
    visitorId: person.visitorId,
    name: person.name,
    phone: person.phone,
    flats: person.lastFlats,
    entryType: person.lastEntryType,
    purpose: person.lastPurpose,
    vehicleNumber: person.lastVehicle?.number ?? '',
    vehicleType: person.lastVehicle?.type ?? 'Car',
    approvalMethod: usualApproval(person.lastEntryType),
  }
}

/** Another phone asks anew whose it is. */
export const withPhone = (draft: VisitDraft, phone: string): VisitDraft => ({
  ...draft,
  phone,
  newPerson: false,
})

/** What was said of one name is not said of another. */
export const withName = (draft: VisitDraft, name: string): VisitDraft => ({
  ...draft,
  name,
  nameChecked: false,
})

/** It is this person after all; what was written of the visit stays. */
export function answeredDraft(typed: VisitDraft, person: PersonHit): VisitDraft {
  const known = draftFromPerson(person)
  const kept: VisitDraft = {
    ...known,
    flats: typed.flats.length > 0 ? typed.flats : known.flats,
    vehicleNumber: typed.vehicleNumber || known.vehicleNumber,
    vehicleType: typed.vehicleNumber === '' ? known.vehicleType : typed.vehicleType,
    notes: typed.notes,
    temperature: typed.temperature,
    maskWorn: typed.maskWorn,
  }
  if (typed.entryType === null) return kept
  return { ...withType(kept, typed.entryType), purpose: typed.purpose }
}

/** The guard's own word stands; a default never passes a bar. */
export const withType = (draft: VisitDraft, entryType: EntryType): VisitDraft => ({
  ...draft,
  entryType,
  purpose: keptPurpose(draft.purpose, entryType),
  approvalMethod: draft.approvalMethod === 'Override' ? draft.approvalMethod : usualApproval(entryType),
})

const keptPurpose = (purpose: string | null, entryType: EntryType): string | null =>
  purposesByType[entryType].some((known) => known === purpose) ? purpose : null

const usualApproval = (entryType: EntryType | null): ApprovalMethod | null =>
  entryType === null ? null : entryType === 'DailyHelp' ? 'Standing' : 'PhoneCall'

/** What a known visitor's record holds is not judged again. */
const isPhone = ({ visitorId, phone }: VisitDraft, region: string | undefined): boolean =>
  visitorId !== null || normalisePhone(phone, region) !== null

/** `region` is the society's, for a phone without its country; `admission` is of this draft. */
export function missingOf(draft: VisitDraft, region?: string, admission?: Admission): readonly Place[] {
  const places: readonly (readonly [Place, boolean])[] = [
    ['phone', isPhone(draft, region)],
    ['name', cleanLine(draft.name) !== ''],
    ['flat', draft.flats.length > 0],
    ['type', draft.entryType !== null],
  ]
  const empty = places.filter(([, filled]) => !filled).map(([place]) => place)
  const asked = admission === undefined || admission.admitted ? null : placeOfNeed[admission.need]
  if (asked !== null) return [...empty, asked]
  return draft.approvalMethod === null && draft.entryType !== null ? [...empty, 'approval'] : empty
}

/** Who is inside is let out instead. */
const placeOfNeed: Readonly<Record<AdmissionNeed, Place | null>> = {
  exit: null,
  override: 'approval',
  overrideReason: 'reason',
  nameCheck: 'nameCheck',
}

/** Null while something is missing. */
export function toNewVisit(
  draft: VisitDraft,
  site: { readonly asksMask: boolean; readonly phoneRegion: string } | null,
  photo: Blob | null,
): NewVisit | null {
  // What the admission lacks is said by the desk, which judges what is written.
  if (
    missingOf(draft, site?.phoneRegion).length > 0 ||
    draft.entryType === null ||
    draft.approvalMethod === null
  )
    return null
  const plate = normaliseVehicleNumber(draft.vehicleNumber)
  const temperature = Number.parseFloat(plainText(draft.temperature).replace(',', '.'))
  return {
    visitorId: draft.visitorId,
    newPerson: draft.newPerson,
    name: cleanLine(draft.name),
    phone: draft.phone,
    flatIds: draft.flats.map((flat) => flat.flatId),
    entryType: draft.entryType,
    purpose: draft.purpose,
    vehicle: plate === '' ? null : { number: plate, type: draft.vehicleType },
    notes: cleanLine(draft.notes) === '' ? null : draft.notes,
    temperature: Number.isFinite(temperature) ? temperature : null,
    maskWorn: site?.asksMask === true ? draft.maskWorn : null,
    approvalMethod: draft.approvalMethod,
    overrideReason: draft.approvalMethod === 'Override' ? draft.overrideReason : null,
    nameChecked: draft.nameChecked,
    photo,
  }
}

/** The screen says so: of an Aadhaar number only the last four digits are kept (P7). */
export const holdsAadhaar = ({ name, phone, vehicleNumber, notes, overrideReason }: VisitDraft): boolean =>
  [name, phone, vehicleNumber, notes, overrideReason].some(hasAadhaar)

/** `+91 98000 01042`: as a phone is read aloud here. */
export function spokenPhone(phone: string): string {
  const indian = /^(\+91)?(\d{5})(\d{5})$/u.exec(phone)
  return indian === null ? phone : [indian[1], indian[2], indian[3]].filter(Boolean).join(' ')
}
