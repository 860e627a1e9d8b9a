/** Who is it: somebody known, somebody known with a correction, or somebody new. Nothing is written here. */
import { visitorsCollection } from '@chowki/shared/collections/visitors.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { maskAadhaar } from '@chowki/shared/domain/aadhaar.ts'
import { clampEpochMs } from '@chowki/shared/domain/clock.ts'
import { normalisePhone } from '@chowki/shared/domain/phone.ts'
import { cleanLine } from '@chowki/shared/domain/text.ts'
import { validateDocument } from '@chowki/shared/projections/validate.ts'
import { blindPhoneIndex } from '../desk/keys/desk-keys.ts'
import type { DeskKeys } from '../desk/keys/desk-keys.ts'
import { withoutPhoneIndex } from '../desk/database/blind-index.ts'
import type { KioskDatabase, LocalVisitor } from '../desk/database/kiosk-collections.ts'
import type { NewVisit } from '../kiosk-data.ts'
import type { PeopleIndex } from '../people/people-index.ts'

export type VisitorPlan =
  | { readonly kind: 'known'; readonly visitorId: string }
  | { readonly kind: 'changed'; readonly visitorId: string; readonly changes: Partial<LocalVisitor> }
  | { readonly kind: 'new'; readonly visitorId: string; readonly visitor: LocalVisitor }

export interface PlanParts {
  readonly database: KioskDatabase
  readonly keys: DeskKeys
  readonly people: Pick<PeopleIndex, 'person'>
  readonly newId: () => string
}

interface Moment {
  readonly now: number
  readonly societyId: string
  readonly phoneRegion: string | undefined
  readonly photoId: string | null
}

export async function planVisitor(
  parts: PlanParts,
  visit: Pick<NewVisit, 'visitorId' | 'name' | 'phone'>,
  moment: Moment,
): Promise<Result<VisitorPlan, ChowkiError>> {
  const name = maskAadhaar(cleanLine(visit.name))
  // Most come again as they are known: the index in memory says so, and the disk need not be asked.
  const person = visit.visitorId === null ? null : parts.people.person(visit.visitorId)
  // What is on record already is not judged again: it may be from before there was a rule.
  const phone = person?.phone === visit.phone ? visit.phone : normalisePhone(visit.phone, moment.phoneRegion)
  if (phone === null) return refuse('phone', 'This is no phone number.')
  if (person !== null && person.phone === phone && (name === '' || person.name === name))
    return ok({ kind: 'known', visitorId: person.visitorId })
  const phoneIndex = await blindPhoneIndex(parts.keys, phone)
  const known = await knownVisitor(parts.database, visit.visitorId, phoneIndex)
  const now = clampEpochMs(moment.now)
  if (known !== null) return planKnown(known, { name, phone, phoneIndex }, now)
  if (visit.visitorId !== null) return err(chowkiError('not_found', { field: 'visitorId' }))
  const visitorId = parts.newId()
  const visitor: LocalVisitor = {
    _id: visitorId,
    societyId: moment.societyId,
    name,
    phone,
    phoneIndex,
    createdAt: now,
    updatedAt: now,
    ...(moment.photoId === null ? {} : { photo: moment.photoId }),
  }
  const checked = validateDocument(visitorsCollection, withoutPhoneIndex({ ...visitor }))
  return checked.ok
    ? ok({ kind: 'new', visitorId, visitor })
    : refuse(checked.error.field, checked.error.message)
}

/** Somebody typed as new whose phone is known is that person (P2). */
async function knownVisitor(
  database: KioskDatabase,
  visitorId: string | null,
  phoneIndex: string,
): Promise<LocalVisitor | null> {
  const found =
    visitorId === null
      ? await database.visitors.findOne({ selector: { phoneIndex } }).exec()
      : await database.visitors.findOne(visitorId).exec()
  return found === null ? null : (found.toJSON() as LocalVisitor)
}

/** Written only where the guard corrected something: a needless write would travel to every gate. */
function planKnown(
  known: LocalVisitor,
  typed: { name: string; phone: string; phoneIndex: string },
  now: number,
): Result<VisitorPlan, ChowkiError> {
  const changes = {
    ...(typed.name === '' || typed.name === known.name ? {} : { name: typed.name }),
    ...(typed.phone === known.phone ? {} : { phone: typed.phone, phoneIndex: typed.phoneIndex }),
  }
  if (Object.keys(changes).length === 0) return ok({ kind: 'known', visitorId: known._id })
  const updatedAt = clampEpochMs(Math.max(now, known.updatedAt + 1))
  const changed = { ...known, ...changes, updatedAt }
  const checked = validateDocument(visitorsCollection, withoutPhoneIndex(changed))
  if (!checked.ok) return refuse(checked.error.field, checked.error.message)
  return ok({ kind: 'changed', visitorId: known._id, changes: { ...changes, updatedAt } })
}

const refuse = (field: string, message: string): Result<never, ChowkiError> =>
  err(chowkiError('invalid_document', { field, message }))
