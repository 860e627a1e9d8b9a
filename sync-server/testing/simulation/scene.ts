/** What every action of a guard is made of: the gate's tables, the ledger, and the choice among what is there. */
import type { Visitor } from '@chowki/shared/collections/visitors.ts'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { judgeAdmission } from '@chowki/shared/domain/admission.ts'
import { clampEpochMs } from '@chowki/shared/domain/clock.ts'
import { buildEntry } from '@chowki/shared/domain/visit.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { ReplicaCollection, ReplicaDocument } from '../replica/simulated-replica.ts'
import { guardOf } from './gate.ts'
import type { Run, SimulatedGate } from './gate.ts'
import { exitsOf } from './ledger.ts'
import { barOf, knowsBar } from './review.ts'
import { idOf } from './world.ts'
import type { World } from './world.ts'

type Visit = VisitorEntry & { lane?: string }

export interface Scene {
  readonly world: World
  readonly gate: SimulatedGate
  readonly run: Run
  readonly pick: number
}

export const visitsOf = ({ run }: Scene) => run.replica.collections['visitorEntries'] as ReplicaCollection
export const visitorsOf = ({ run }: Scene) => run.replica.collections['visitors'] as ReplicaCollection

/** The program lived until the write was done: this is what a screen would have called saved. */
export function acknowledge({ world, gate, run }: Scene, then: () => void): void {
  if (!run.isAlive) return
  world.ledger.actions += 1
  world.trace(`${gate.name} saved`)
  then()
}

/** By the rule for every entry, with what the gate knows of the watchlist. */
function approvalOf(phone: string, gateId: string, society: string) {
  const usual = { approvalMethod: 'PhoneCall', overrideReason: null } as const
  const visit = { visitorIds: [], isNew: false, name: '', phone, plate: null, nameChecked: false }
  const watchlist = knowsBar(gateId) ? [barOf(society)] : []
  const facts = { now: Date.now(), watchlist, isInside: false, phoneRegion: undefined }
  return judgeAdmission({ ...visit, ...usual }, facts).admitted
    ? usual
    : ({ approvalMethod: 'Override', overrideReason: 'Supervisor allowed it' } as const)
}

export const usualPhone = '+919800000000'

export const newVisitor = (gate: SimulatedGate, _id: string, now: number, phone = usualPhone): Visitor => ({
  _id,
  societyId: gate.society,
  createdAt: clampEpochMs(now),
  updatedAt: clampEpochMs(now),
  name: `Visitor ${_id.slice(-4)}`,
  phone,
})

const remember = ({ world, gate }: Scene, key: string, fields: Readonly<Record<string, unknown>>) =>
  void world.ledger.records.set(key, { society: gate.society, gate: gate.name, fields })

export async function saveVisitor(scene: Scene, visitor: Visitor): Promise<void> {
  await visitorsOf(scene).insert(visitor as unknown as ReplicaDocument)
  acknowledge(scene, () => remember(scene, `visitors/${visitor._id}`, { createdAt: visitor.createdAt }))
}

export async function saveEntry(scene: Scene, visitorId: string, phone: string): Promise<void> {
  const { world, gate, pick } = scene
  const gateId = idOf(5, gate.index)
  const entryId = world.newId()
  const built = buildEntry(
    {
      visitorId,
      flatIds: [idOf(4, pick % 5)],
      entryType: 'Guest',
      ...approvalOf(phone, gateId, gate.society),
    },
    {
      now: Date.now(),
      entryId,
      societyId: gate.society,
      gateId,
      deviceId: idOf(6, gate.index),
      guardId: guardOf(gate),
    },
  )
  if (!built.ok) throw new Error(built.error.message)
  const { createdAt, deviceId, entryGuard, flatIds, entryDateTime } = built.value
  await visitsOf(scene).insert(built.value as unknown as ReplicaDocument)
  acknowledge(scene, () =>
    remember(scene, `visitorEntries/${entryId}`, {
      ...{ createdAt, deviceId, gateId, entryGuard, flatIds, entryDateTime, visitorId },
    }),
  )
}

export type Decide = (
  visit: VisitorEntry,
  moment: { readonly now: number; readonly guardId: string },
) => Result<VisitorEntry, unknown>

export async function changeOne(scene: Scene, id: string, decide: Decide): Promise<void> {
  const { gate, world } = scene
  let after: VisitorEntry | undefined
  const isSaved = await modify(visitsOf(scene), id, (visit) => {
    // It may be asked again, on what another write has left.
    after = undefined
    const { lane, ...known } = visit
    const decided = decide(known, { now: Date.now(), guardId: guardOf(gate) })
    if (!decided.ok) return undefined
    after = decided.value
    if (after.state === 'Left') exitsOf(world.ledger, after._id).tried.push(exitOf(after))
    else world.ledger.takenBack.add(after._id)
    return { ...after, ...(lane === undefined ? {} : { lane }) }
  })
  const saved = after
  if (isSaved && saved?.state === 'Left') {
    acknowledge(scene, () => exitsOf(world.ledger, saved._id).saved.push(exitOf(saved)))
  }
}

const exitOf = (visit: VisitorEntry) => ({
  at: visit.exitDateTime as number,
  guard: visit.exitGuard as string,
})

export const isGood = ({ world, gate }: Scene, { _id }: ReplicaDocument): boolean =>
  !world.ledger.bad.has(`${gate.society}/visitors/${_id}`)

export async function choose(
  collection: ReplicaCollection,
  pick: number,
  fits: (document: ReplicaDocument) => boolean,
): Promise<ReplicaDocument | undefined> {
  const all = await collection.find({ sort: [{ _id: 'asc' }] }).exec()
  const fitting = all.map((document) => document.toMutableJSON() as ReplicaDocument).filter(fits)
  // The newest most often: that is where gates meet.
  const recent = fitting.slice(-6)
  return recent[pick % Math.max(1, recent.length)]
}

/** False when it is no longer there: erased, or just freed from the disk. */
export async function modify(
  collection: ReplicaCollection,
  id: string,
  change: (visit: Visit) => Visit | undefined,
): Promise<boolean> {
  const document = await collection.findOne(id).exec()
  const after = await document?.incrementalModify((stored) => {
    const { _rev, _meta, _deleted, _attachments, ...content } = stored as Record<string, unknown>
    const changed = _deleted === true ? undefined : change(content as unknown as Visit)
    return (changed ? { ...changed, _rev, _meta, _deleted, _attachments } : stored) as never
  })
  return after !== undefined && !after.deleted
}
