/** What guards do at a gate, by the domain's own functions; what they are told is saved goes into the ledger. */
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { clampEpochMs } from '@chowki/shared/domain/clock.ts'
import { sameToReplica } from '@chowki/shared/domain/merge.ts'
import { buildExit, cancelEntry, undoExit } from '@chowki/shared/domain/visit.ts'
import type { ReplicaDocument } from '../replica/simulated-replica.ts'
import { addedField, definitionsOf } from './collections.ts'
import type { SimulatedGate } from './gate.ts'
import { notesOf } from './ledger.ts'
import { barredPhone } from './review.ts'
import { comes, goes, takesBack } from './people.ts'
import {
  acknowledge,
  changeOne,
  choose,
  isGood,
  modify,
  newVisitor,
  saveEntry,
  saveVisitor,
  usualPhone,
  visitorsOf,
  visitsOf,
} from './scene.ts'
import type { Decide, Scene } from './scene.ts'
import type { Step } from './script.ts'
import type { World } from './world.ts'

type ActionStep = Extract<Step, { readonly gate: number; readonly pick: number }>

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
  comes,
  goes,
  takesBack,
}

async function letIn(scene: Scene, known: boolean): Promise<void> {
  const found = known ? await choose(visitorsOf(scene), scene.pick, () => true) : undefined
  const visitorId = found?._id ?? scene.world.newId()
  const newPhone = scene.pick % 7 === 0 ? barredPhone : usualPhone
  const phone = found === undefined ? newPhone : String(found['phone'])
  if (!found) await saveVisitor(scene, newVisitor(scene.gate, visitorId, Date.now(), phone))
  await saveEntry(scene, visitorId, phone)
}

async function changeVisit(scene: Scene, state: VisitorEntry['state'], decide: Decide): Promise<void> {
  const chosen = await choose(
    visitsOf(scene),
    scene.pick,
    (visit) => isGood(scene, visit) && visit['state'] === state,
  )
  if (chosen) await changeOne(scene, chosen._id, decide)
}

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
  const { people } = scene.world.ledger
  const chosen = await choose(
    visitorsOf(scene),
    scene.pick,
    (visitor) => isGood(scene, visitor) && !people.has(visitor._id),
  )
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
