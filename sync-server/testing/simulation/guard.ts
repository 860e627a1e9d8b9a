/** What guards do at a gate, by the domain's own functions; what they are told is saved goes into the ledger. */
import type { Visitor } from '@chowki/shared/collections/visitors.ts'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { judgeAdmission } from '@chowki/shared/domain/admission.ts'
import { clampEpochMs } from '@chowki/shared/domain/clock.ts'
import { sameToReplica } from '@chowki/shared/domain/merge.ts'
import { buildEntry, buildExit, cancelEntry, undoExit } from '@chowki/shared/domain/visit.ts'
import type { Result } from '@chowki/shared/errors/result.ts'
import type { ReplicaCollection, ReplicaDocument } from '../replica/simulated-replica.ts'
import { addedField, definitionsOf } from './collections.ts'
import { guardOf } from './gate.ts'
import type { SimulatedGate, Run } from './gate.ts'
import { barOf, barredPhone, knowsBar } from './review.ts'
import { exitsOf, notesOf } from './ledger.ts'
import type { Step } from './script.ts'
import { idOf } from './world.ts'
import type { World } from './world.ts'

type ActionStep = Extract<Step, { readonly gate: number; readonly pick: number }>
type Visit = VisitorEntry & { lane?: string }

interface Scene {
  readonly world: World
  readonly gate: SimulatedGate
  readonly run: Run
  readonly pick: number
}

/** Longer than any disk of the simulation takes; a network may take for ever (trap 10). */
const patienceMs = 20_000

/** Begins the action; whether it comes to its end is seen later. */
export function act(world: World, gate: SimulatedGate, step: ActionStep): void {
  const { run } = gate
  if (!run) return
  const scene: Scene = { world, gate, run, pick: step.pick }
  let isDone = false
  const done = world.time
    .run(run.process, async () => {
      await actions[step.do](scene, step)
      await world.sabotage.beforeDone?.([...run.replications.values()].map(({ state }) => state))
    })
    .then(
      () => (isDone = true),
      (error: Error) => {
        isDone = true
        if (run.isAlive) world.violate(`${gate.name} could not ${step.do}: ${error.stack}`)
      },
    )
  void done
  const expectDone = () => {
    const sleeps = world.coverage['sleep']
    setTimeout(() => {
      if (isDone || !run.isAlive) return
      // Who sleeps does not wait.
      if (world.coverage['sleep'] !== sleeps) expectDone()
      else world.violate(`${gate.name} kept a guard waiting (${step.do})`)
    }, patienceMs)
  }
  expectDone()
}

const actions: Readonly<Record<ActionStep['do'], (scene: Scene, step: ActionStep) => Promise<void>>> = {
  letIn: (scene, step) => letIn(scene, step.do === 'letIn' && step.known),
  letOut: (scene) => changeVisit(scene, 'Inside', (visit, moment) => buildExit(visit, moment)),
  undoLetOut: (scene) =>
    changeVisit(scene, 'Left', (visit, moment) => undoExit(visit, { ...moment, isInsideAgain: false })),
  cancelEntry: (scene) => changeVisit(scene, 'Inside', (visit, moment) => cancelEntry(visit, moment)),
  note,
  rename,
  badRow,
  prune,
}

const visitsOf = ({ run }: Scene) => run.replica.collections['visitorEntries'] as ReplicaCollection
const visitorsOf = ({ run }: Scene) => run.replica.collections['visitors'] as ReplicaCollection

/** The program lived until the write was done: this is what a screen would have called saved. */
function acknowledge({ world, gate, run }: Scene, then: () => void): void {
  if (!run.isAlive) return
  world.ledger.actions += 1
  world.trace(`${gate.name} saved`)
  then()
}

async function letIn(scene: Scene, known: boolean): Promise<void> {
  const { world, gate, pick } = scene
  const now = Date.now()
  const found = known ? await choose(visitorsOf(scene), pick, () => true) : undefined
  const visitorId = found?._id ?? world.newId()
  const gateId = idOf(5, gate.index)
  const newPhone = pick % 7 === 0 ? barredPhone : usualPhone
  const phone = found === undefined ? newPhone : String(found['phone'])
  if (!found) {
    const visitor = newVisitor(gate, visitorId, now, phone)
    await visitorsOf(scene).insert(visitor as unknown as ReplicaDocument)
    acknowledge(scene, () => remember(scene, `visitors/${visitorId}`, { createdAt: visitor.createdAt }))
  }
  const entryId = world.newId()
  const built = buildEntry(
    {
      visitorId,
      flatIds: [idOf(4, pick % 5)],
      entryType: 'Guest',
      ...approvalOf(phone, gateId, gate.society),
    },
    {
      now,
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

const usualPhone = '+919800000000'

const newVisitor = (gate: SimulatedGate, _id: string, now: number, phone = usualPhone): Visitor => ({
  _id,
  societyId: gate.society,
  createdAt: clampEpochMs(now),
  updatedAt: clampEpochMs(now),
  name: `Visitor ${_id.slice(-4)}`,
  phone,
})

const remember = ({ world, gate }: Scene, key: string, fields: Readonly<Record<string, unknown>>) =>
  void world.ledger.records.set(key, { society: gate.society, gate: gate.name, fields })

async function changeVisit(
  scene: Scene,
  state: VisitorEntry['state'],
  decide: (visit: VisitorEntry, moment: { now: number; guardId: string }) => Result<VisitorEntry, unknown>,
): Promise<void> {
  const { gate, world, pick } = scene
  const chosen = await choose(
    visitsOf(scene),
    pick,
    (visit) => isGood(scene, visit) && visit['state'] === state,
  )
  if (!chosen) return
  let after: VisitorEntry | undefined
  const isSaved = await modify(visitsOf(scene), chosen._id, (visit) => {
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

const notesPerVisitMax = 12

async function note(scene: Scene): Promise<void> {
  const { world, gate } = scene
  const chosen = await choose(visitsOf(scene), scene.pick, (visit) => isGood(scene, visit))
  if (!chosen) return
  const { saved, tried } = notesOf(world.ledger, chosen._id)
  if (tried.size >= notesPerVisitMax) return
  const line = `${gate.name}-${tried.size}`
  tried.add(line)
  const setsLane = gate.schemaVersion === 1
  const isSaved = await modify(visitsOf(scene), chosen._id, (visit) => ({
    ...visit,
    notes: [...(visit.notes?.split('\n') ?? []), line].join('\n'),
    updatedAt: clampEpochMs(Math.max(Date.now(), visit.updatedAt + 1)),
    ...(setsLane ? { [addedField]: gate.name } : {}),
  }))
  if (!isSaved) return
  acknowledge(scene, () => {
    saved.add(line)
    if (setsLane) world.ledger.lanes.add(chosen._id)
  })
}

async function rename(scene: Scene): Promise<void> {
  const chosen = await choose(visitorsOf(scene), scene.pick, (visitor) => isGood(scene, visitor))
  if (!chosen) return
  const document = await visitorsOf(scene).findOne(chosen._id).exec()
  await document?.incrementalModify((stored) => ({
    ...stored,
    name: `Renamed ${scene.gate.index} ${scene.pick}`,
    updatedAt: clampEpochMs(Math.max(Date.now(), (stored['updatedAt'] as number) + 1)),
  }))
}

/** A row as a broken program would make it: of another society, unreadable, or under an id that others use. */
async function badRow(scene: Scene): Promise<void> {
  const { world, gate, pick } = scene
  // An id that is on its way already would be stolen in truth: ids of records are random, so nobody meets another's.
  const foreign = await world.storage.changesAfter(otherSociety(scene), 'visitors', 0, 1)
  const stolenId = pick % 3 === 2 ? foreign[0]?.id : undefined
  const visitor = newVisitor(gate, stolenId ?? world.newId(), Date.now())
  const spoilt = pick % 3 === 0 ? { societyId: otherSociety(scene) } : stolenId ? {} : { name: 'a\u0000b' }
  if (await visitorsOf(scene).findOne(visitor._id).exec()) return
  const key = `${gate.society}/visitors/${visitor._id}`
  world.ledger.bad.add(key)
  await visitorsOf(scene).insert({ ...visitor, ...spoilt } as unknown as ReplicaDocument)
  acknowledge(scene, () => {
    world.count('bad row')
    world.ledger.badSaved.add(key)
  })
}

const otherSociety = ({ world, gate }: Scene) =>
  world.societies.find((society) => society !== gate.society) as string

/** Frees the disk of a visit that is over and that the server has as it is here. */
async function prune(scene: Scene): Promise<void> {
  const { world, gate, pick } = scene
  const onServer = await world.storage.changesAfter(gate.society, 'visitorEntries', 0, 1_000)
  const stored = new Map(onServer.filter(({ deleted }) => !deleted).map(({ id, document }) => [id, document]))
  // Not by its time: who quarrels with this gate may have written another content at the same moment.
  const definition = definitionsOf(gate.schemaVersion).visitorEntries
  const isOnServer = (visit: ReplicaDocument) =>
    stored.has(visit._id) && sameToReplica(definition, visit, stored.get(visit._id) as object)
  const chosen = await choose(
    visitsOf(scene),
    pick,
    (visit) => isGood(scene, visit) && visit['state'] === 'Left' && isOnServer(visit),
  )
  if (!chosen) return
  world.ledger.pruned.add(`${gate.name}/${chosen._id}`)
  const visit = await visitsOf(scene).findOne(chosen._id).exec()
  // Not where it was changed since it was chosen: that is not on the server.
  const after = await visit?.incrementalModify((stored) =>
    isOnServer(stored as never) ? { ...stored, _deleted: true } : stored,
  )
  if (after?.deleted === true) acknowledge(scene, () => world.count('local pruning'))
}

const isGood = ({ world, gate }: Scene, { _id }: ReplicaDocument): boolean =>
  !world.ledger.bad.has(`${gate.society}/visitors/${_id}`)

async function choose(
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
async function modify(
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
