/**
 * What a guard does to visits. Each resolves only when it is durable on this desk (P1), awaits no network (P3),
 * and runs alone: two taps in a row must not both find the visitor outside (P2).
 */
import pLimit from 'p-limit'
import type { RxDocument } from 'rxdb'
import { chowkiError } from '@chowki/shared/errors/codes.ts'
import type { ChowkiError } from '@chowki/shared/errors/codes.ts'
import { err, ok } from '@chowki/shared/errors/result.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { buildEntry, buildExit, cancelEntry, undoExit, undoWindowMs } from '@chowki/shared/domain/visit.ts'
import type { KioskDatabase, LocalVisitor } from '../desk/database/kiosk-collections.ts'
import type { DeskPhoto } from '../desk/desk-store.ts'
import type { ExitReceipt, NewVisit, VisitorCorrection, VisitReceipt } from '../kiosk-data.ts'
import type { Desk } from '../desk/open-desk.ts'
import { admit } from './admit.ts'
import { planCorrection, planVisitor } from '../people/plan-visitor.ts'
import type { VisitorPlan } from '../people/plan-visitor.ts'

export interface ActionParts {
  readonly desk: Pick<
    Desk,
    | 'report'
    | 'database'
    | 'keys'
    | 'unsent'
    | 'people'
    | 'links'
    | 'inside'
    | 'watchlist'
    | 'photos'
    | 'photoStates'
    | 'site'
  >
  /** False while the disk is too full for a new visit. */
  readonly hasRoom: () => boolean
  readonly deviceId: () => string | null
  readonly guardId: () => string | null
  readonly now: () => number
  readonly newId: () => string
  /** There is a photo to send. */
  readonly onPhotoKept: () => void
}

export interface VisitActions {
  letIn(visit: NewVisit): Promise<Result<VisitReceipt, ChowkiError>>
  undoLetIn(entryId: string): Promise<Result<null, ChowkiError>>
  letOut(entryId: string): Promise<Result<ExitReceipt, ChowkiError>>
  undoLetOut(exit: ExitReceipt): Promise<Result<null, ChowkiError>>
  correctVisitor(correction: VisitorCorrection): Promise<Result<VisitorCorrection, ChowkiError>>
  /** Resolves when nothing is under way that was begun before. */
  ended(): Promise<void>
}

/** The screen offers ten seconds; a slow tap that began in time is not refused. */
const undoGraceMs = undoWindowMs + 10_000

export function createVisitActions(parts: ActionParts): VisitActions {
  const inTurn = pLimit(1)
  const alone = <T>(work: () => Promise<Result<T, ChowkiError>>): Promise<Result<T, ChowkiError>> =>
    inTurn(work).catch((error: unknown): Result<T, ChowkiError> => {
      parts.desk.report('storage.write', error)
      return err(chowkiError('device_storage_failed'))
    })
  return {
    letIn: (visit) => alone(() => letIn(parts, visit)),
    undoLetIn: (entryId) =>
      alone(() =>
        change(parts, [entryId], (entry, moment) =>
          isLate(entry.deviceTime, moment.now) ? err(tooLate()) : cancelEntry(entry, moment),
        ),
      ),
    letOut: (entryId) => alone(() => letOut(parts, entryId)),
    undoLetOut: ({ entryIds }) =>
      alone(() =>
        change(parts, entryIds, (entry, moment) => {
          if (entry.exitDateTime !== undefined && isLate(entry.exitDateTime, moment.now))
            return err(tooLate())
          const open = parts.desk.inside.entriesOf(entry.visitorId)
          const isInsideAgain = open.some((entryId) => !entryIds.includes(entryId))
          return undoExit(entry, { ...moment, isInsideAgain })
        }),
      ),
    correctVisitor: (correction) => alone(() => correctVisitor(parts, correction)),
    ended: () => inTurn(() => undefined),
  }
}

/** A clock that goes back makes it early, never late. */
const isLate = (since: number, now: number): boolean => now - since > undoGraceMs

const tooLate = (): ChowkiError => chowkiError('undo_too_late')

async function letIn(parts: ActionParts, visit: NewVisit): Promise<Result<VisitReceipt, ChowkiError>> {
  const [guardId, site, deviceId] = [parts.guardId(), parts.desk.site.current(), parts.deviceId()]
  if (guardId === null || site === null || deviceId === null) return err(chowkiError('forbidden'))
  // An exit, which is small, is taken to the last.
  if (!parts.hasRoom()) return err(chowkiError('device_disk_low'))
  const now = parts.now()
  const entryId = parts.newId()
  const photoId = visit.photo === null ? null : parts.newId()
  const planned = await planVisitor(parts, visit, {
    now,
    societyId: site.societyId,
    phoneRegion: site.phoneRegion,
    photoId,
  })
  if (!planned.ok) return planned
  const plan = planned.value
  const admitted = admit(parts.desk, plan, visit, now)
  if (!admitted.ok) return admitted
  const entry = buildEntry(
    { ...visit, visitorId: plan.visitorId, entryPhotoId: photoId },
    { now, entryId, guardId, deviceId, societyId: site.societyId, gateId: site.gateId },
  )
  if (!entry.ok) return entry
  const photo = await sealedPhoto(parts, visit, { photoId, entryId, takenAt: entry.value.entryDateTime })
  if (!photo.ok) return photo
  const photos = photo.value === null ? [] : [photo.value]
  await parts.desk.unsent.write(touchedDocuments(plan, entryId), photos, () =>
    writeVisit(parts.desk.database, plan, entry.value),
  )
  if (photos.length > 0) {
    parts.desk.photoStates.kept(photos.map(({ id }) => id))
    parts.onPhotoKept()
  }
  return ok({ entryId })
}

async function sealedPhoto(
  parts: ActionParts,
  visit: NewVisit,
  row: { photoId: string | null; entryId: string; takenAt: number },
): Promise<Result<DeskPhoto | null, ChowkiError>> {
  if (visit.photo === null || row.photoId === null) return ok(null)
  return parts.desk.photos.sealPhoto(visit.photo, {
    id: row.photoId,
    takenAt: row.takenAt,
    collection: 'visitorEntries',
    documentId: row.entryId,
  })
}

const touchedDocuments = (plan: VisitorPlan, entryId: string) => [
  ...(plan.kind === 'new' ? [{ collection: 'visitors', documentId: plan.visitorId }] : []),
  { collection: 'visitorEntries', documentId: entryId },
]

/** The visitor first: an entry whose visitor is missing would be a visit of nobody. */
async function writeVisit(database: KioskDatabase, plan: VisitorPlan, entry: VisitorEntry): Promise<void> {
  if (plan.kind === 'new') await database.visitors.insert(plan.visitor)
  await database.visitorEntries.insert(entry)
}

/** The one way to another name or phone; every past visit shows it. */
async function correctVisitor(
  parts: ActionParts,
  correction: VisitorCorrection,
): Promise<Result<VisitorCorrection, ChowkiError>> {
  const { database, keys, unsent, site } = parts.desk
  if (parts.guardId() === null) return err(chowkiError('forbidden'))
  const document = await database.visitors.findOne(correction.visitorId).exec()
  if (document === null) return err(chowkiError('not_found', { field: 'visitorId' }))
  const moment = { now: parts.now(), phoneRegion: site.current()?.phoneRegion }
  const known = document.toJSON() as LocalVisitor
  const planned = await planCorrection(keys, known, correction, moment)
  if (!planned.ok) return planned
  const changes = planned.value
  if (changes !== null)
    await unsent.write([{ collection: 'visitors', documentId: correction.visitorId }], [], () =>
      document.incrementalPatch(changes),
    )
  const { name, phone } = changes ?? known
  return ok({ visitorId: correction.visitorId, name, phone })
}

/** Who is in twice goes out once: no visit of his stays open, or he would be inside for ever. */
async function letOut(parts: ActionParts, entryId: string): Promise<Result<ExitReceipt, ChowkiError>> {
  const entry = await parts.desk.database.visitorEntries.findOne(entryId).exec()
  if (entry === null) return err(chowkiError('not_found'))
  const entryIds = [...new Set([entryId, ...parts.desk.inside.entriesOf(entry.visitorId)])]
  // Let out at the other gate meanwhile: what the guard wants is so already, and the first exit stands.
  const done = await change(parts, entryIds, (visit, moment) =>
    visit.state === 'Left' ? ok(visit) : buildExit(visit, moment),
  )
  return done.ok ? ok({ entryIds }) : done
}

type Decide = (
  entry: VisitorEntry,
  moment: { readonly now: number; readonly guardId: string },
) => Result<VisitorEntry, ChowkiError>

/** All of them, or none where one is refused. */
async function change(
  parts: ActionParts,
  entryIds: readonly string[],
  decide: Decide,
): Promise<Result<null, ChowkiError>> {
  const guardId = parts.guardId()
  if (guardId === null) return err(chowkiError('forbidden'))
  const toChange: RxDocument<VisitorEntry>[] = []
  for (const entryId of entryIds) {
    const document = await parts.desk.database.visitorEntries.findOne(entryId).exec()
    if (document === null) return err(chowkiError('not_found'))
    const before = document.toJSON() as VisitorEntry
    const decided = decide(before, { now: parts.now(), guardId })
    if (!decided.ok) return decided
    if (decided.value !== before) toChange.push(document)
  }
  if (toChange.length === 0) return ok(null)
  let refused: Result<never, ChowkiError> | null = null
  const touched = toChange.map(({ _id }) => ({ collection: 'visitorEntries', documentId: _id }))
  await parts.desk.unsent.write(touched, [], async () => {
    for (const document of toChange)
      // Decided anew on what is there now: a merge may have come between.
      await document.incrementalModify((stored) => {
        const { content, technical } = split(stored)
        const decided = decide(content, { now: parts.now(), guardId })
        if (!decided.ok) refused = decided
        return decided.ok ? { ...technical, ...decided.value } : stored
      })
  })
  return refused ?? ok(null)
}

const technicalFields: ReadonlySet<string> = new Set(['_rev', '_meta', '_deleted', '_attachments'])

/** RxDB's own fields belong to no visit, and a modifier must hand them back. */
function split(stored: object): { content: VisitorEntry; technical: object } {
  const of = (isTechnical: boolean): object =>
    Object.fromEntries(Object.entries(stored).filter(([name]) => technicalFields.has(name) === isTechnical))
  return { content: of(false) as VisitorEntry, technical: of(true) }
}
