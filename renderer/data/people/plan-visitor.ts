/**
 * Whose visit it is: somebody chosen, somebody certain by phone and name, or somebody new. Nothing is written here, and
 * nobody is renamed by what was typed for a visit; `planCorrection` is the act for that.
 */
import { visitorsCollection } from '@chowki/shared/collections/visitors.ts'
import { maskAadhaar } from '@chowki/shared/domain/aadhaar.ts'
import { clampEpochMs } from '@chowki/shared/domain/clock.ts'
import { whoIsIt } from '@chowki/shared/domain/people/who-is-it.ts'
import { normalisePhone } from '@chowki/shared/domain/phone.ts'
import { cleanLine } from '@chowki/shared/domain/text.ts'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import { validateDocument } from '@chowki/shared/projections/validate.ts'
import { withoutPhoneIndex } from '../desk/database/blind-index.ts'
import type { KioskDatabase, LocalVisitor } from '../desk/database/kiosk-collections.ts'
import { blindPhoneIndex } from '../desk/keys/desk-keys.ts'
import type { DeskKeys } from '../desk/keys/desk-keys.ts'
import type { Desk } from '../desk/open-desk.ts'
import type { NewVisit, VisitorCorrection } from '../kiosk-data.ts'

export type VisitorPlan =
  | { readonly kind: 'known'; readonly visitorId: string; readonly name: string; readonly phone: string }
  | { readonly kind: 'new'; readonly visitorId: string; readonly visitor: LocalVisitor }

export interface PlanParts {
  readonly desk: Pick<Desk, 'database' | 'keys' | 'people' | 'links'>
  readonly newId: () => string
}

interface Moment {
  readonly now: number
  readonly societyId: string
  readonly phoneRegion: string | undefined
  readonly photoId: string | null
}

/** `visitor_uncertain`: others are known by this phone, and the guard has to say who it is. */
export async function planVisitor(
  parts: PlanParts,
  visit: Pick<NewVisit, 'visitorId' | 'name' | 'phone' | 'newPerson'>,
  moment: Moment,
): Promise<Result<VisitorPlan, ChowkiError>> {
  if (visit.visitorId !== null) return planChosen(parts, visit.visitorId)
  const name = maskAadhaar(cleanLine(visit.name))
  const phone = normalisePhone(visit.phone, moment.phoneRegion)
  if (phone === null) return refuse('phone', noPhone)
  const { database, keys, links } = parts.desk
  const known = await visitorsOfPhone(database, keys, phone)
  const who = whoIsIt(
    { name, newPerson: visit.newPerson },
    known.map((visitor) => ({ visitorId: links.personOf(visitor._id), name: visitor.name })),
  )
  switch (who.is) {
    case 'known':
      return planChosen(parts, who.visitorId)
    case 'uncertain':
      return err(chowkiError('visitor_uncertain', { field: 'visitorId' }))
    case 'namesake':
      return err(chowkiError('visitor_namesake', { field: 'name' }))
    case 'new':
      return planNew(parts, { name, phone }, moment)
  }
}

/** The index in memory says so for most, and the disk need not be asked. */
async function planChosen({ desk }: PlanParts, visitorId: string): Promise<Result<VisitorPlan, ChowkiError>> {
  const person = desk.people.person(visitorId)
  if (person !== null)
    return ok({ kind: 'known', visitorId: person.visitorId, name: person.name, phone: person.phone })
  const known = await desk.database.visitors.findOne(visitorId).exec()
  return known === null
    ? err(chowkiError('not_found', { field: 'visitorId' }))
    : ok({ kind: 'known', visitorId, name: known.name, phone: known.phone })
}

async function planNew(
  { desk, newId }: PlanParts,
  typed: { readonly name: string; readonly phone: string },
  moment: Moment,
): Promise<Result<VisitorPlan, ChowkiError>> {
  const visitorId = newId()
  const now = clampEpochMs(moment.now)
  const visitor: LocalVisitor = {
    _id: visitorId,
    societyId: moment.societyId,
    ...typed,
    phoneIndex: await blindPhoneIndex(desk.keys, typed.phone),
    createdAt: now,
    updatedAt: now,
    ...(moment.photoId === null ? {} : { photo: moment.photoId }),
  }
  const checked = validateDocument(visitorsCollection, withoutPhoneIndex({ ...visitor }))
  return checked.ok
    ? ok({ kind: 'new', visitorId, visitor })
    : refuse(checked.error.field, checked.error.message)
}

type CorrectedFields = Pick<LocalVisitor, 'name' | 'phone' | 'phoneIndex' | 'updatedAt'>

/** What changes of somebody known by a correction of his name and phone; null: nothing. */
export async function planCorrection(
  keys: DeskKeys,
  known: LocalVisitor,
  typed: VisitorCorrection,
  moment: Pick<Moment, 'now' | 'phoneRegion'>,
): Promise<Result<CorrectedFields | null, ChowkiError>> {
  const name = maskAadhaar(cleanLine(typed.name))
  // What is on record already is not judged again: it may be from before there was a rule.
  const phone = known.phone === typed.phone ? typed.phone : normalisePhone(typed.phone, moment.phoneRegion)
  if (phone === null) return refuse('phone', noPhone)
  if (name === known.name && phone === known.phone) return ok(null)
  const changes = {
    name,
    phone,
    phoneIndex: phone === known.phone ? known.phoneIndex : await blindPhoneIndex(keys, phone),
    updatedAt: clampEpochMs(Math.max(moment.now, known.updatedAt + 1)),
  }
  const checked = validateDocument(visitorsCollection, withoutPhoneIndex({ ...known, ...changes }))
  return checked.ok ? ok(changes) : refuse(checked.error.field, checked.error.message)
}

/** All of a whole phone, by its blind index: also those whom the index in memory has not read yet. */
export async function visitorsOfPhone(
  database: KioskDatabase,
  keys: DeskKeys,
  phone: string,
): Promise<readonly LocalVisitor[]> {
  const phoneIndex = await blindPhoneIndex(keys, phone)
  const found = await database.visitors.find({ selector: { phoneIndex } }).exec()
  return found.map((visitor) => visitor.toJSON() as LocalVisitor)
}

const noPhone = 'This is no phone number.'

const refuse = (field: string, message: string): Result<never, ChowkiError> =>
  err(chowkiError('invalid_document', { field, message }))
