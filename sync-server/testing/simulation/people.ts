/**
 * Families and drivers who come again: two on each phone, at any gate, also while gates cannot hear of each other. Guards
 * go by the product's rules of who somebody is, and of who is inside.
 */
import type { PersonLink } from '@chowki/shared/collections/person-links.ts'
import type { VisitorEntry } from '@chowki/shared/collections/visitor-entries.ts'
import { createPersonLinks } from '@chowki/shared/domain/people/person-links.ts'
import type { PersonLinks } from '@chowki/shared/domain/people/person-links.ts'
import { whoIsIt } from '@chowki/shared/domain/people/who-is-it.ts'
import { buildExit, undoExit } from '@chowki/shared/domain/visit.ts'
import { ok } from '@chowki/shared/errors/result.ts'
import type { ReplicaCollection } from '../replica/simulated-replica.ts'
import { guardOf } from './gate.ts'
import type { Run, SimulatedGate } from './gate.ts'
import { changeOne, choose, newVisitor, saveEntry, saveVisitor, visitorsOf, visitsOf } from './scene.ts'
import type { Scene } from './scene.ts'
import type { World } from './world.ts'

export const people = [
  { name: 'Ravi Kumar', phone: '+919845000001' },
  { name: 'Meena Kumar', phone: '+919845000001' },
  { name: 'Asif Khan', phone: '+919845000002' },
  { name: 'सुनीता', phone: '+919845000002' },
] as const

type OpenVisit = Pick<VisitorEntry, '_id' | 'visitorId'>

/** As the gate knows it now. */
async function linksAt({ run }: Scene): Promise<PersonLinks> {
  const links = createPersonLinks()
  const found = (await run.replica.collections['personLinks']?.find().exec()) ?? []
  for (const link of found) links.put(link.toJSON() as unknown as PersonLink)
  return links
}

async function openVisits(scene: Scene): Promise<readonly OpenVisit[]> {
  const found = await visitsOf(scene)
    .find({ selector: { state: 'Inside' } })
    .exec()
  return found.map((visit) => visit.toJSON() as unknown as OpenVisit)
}

/** Let in, unless he is inside by what this gate knows. */
export async function comes(scene: Scene): Promise<void> {
  const { world, gate, pick } = scene
  const at = pick % people.length
  const typed = people[at] as (typeof people)[number]
  const links = await linksAt(scene)
  const ofPhone = await recordsOfPhone(visitorsOf(scene), typed.phone)
  const known = ofPhone.map(({ _id, name }) => ({ visitorId: links.personOf(_id), name }))
  const judgeWho = world.sabotage.people?.whoIsIt ?? whoIsIt
  const who = judgeWho({ name: typed.name, newPerson: false }, known)
  // Asked, the guard sees a face: whoever bears the name, or else somebody new.
  const chosen = who.is === 'known' ? who.visitorId : known.find(({ name }) => name === typed.name)?.visitorId
  if (chosen !== undefined) {
    judgeKnown(scene, at, chosen)
    const inside = (await openVisits(scene)).some(({ visitorId }) => links.personOf(visitorId) === chosen)
    if (!inside) await saveEntry(scene, chosen, typed.phone)
    return
  }
  if (known.length > 0) world.count('phone shared')
  const visitorId = world.newId()
  world.ledger.people.set(visitorId, { person: at, society: gate.society })
  await saveVisitor(scene, { ...newVisitor(gate, visitorId, Date.now()), ...typed })
  await saveEntry(scene, visitorId, typed.phone)
}

function judgeKnown({ world, gate }: Scene, at: number, visitorId: string): void {
  const truth = world.ledger.people.get(visitorId)?.person
  if (truth !== at) world.violate(`${gate.name} took ${people[at]?.name} for person ${truth} (${visitorId})`)
}

async function recordsOfPhone(visitors: ReplicaCollection, phone: string) {
  const found = await visitors.find({ sort: [{ _id: 'asc' }] }).exec()
  const all = found.map(
    (visitor) => visitor.toJSON() as unknown as { _id: string; name: string; phone: string },
  )
  return all.filter((visitor) => visitor.phone === phone)
}

/** One exit ends every open visit of the person. */
export async function goes(scene: Scene): Promise<void> {
  const open = (await openVisits(scene)).toSorted((a, b) => (a._id < b._id ? -1 : 1))
  const ofPeople = open.filter(({ visitorId }) => scene.world.ledger.people.has(visitorId))
  const one = ofPeople[scene.pick % Math.max(1, ofPeople.length)]
  if (one) await letOut(scene, await linksAt(scene), open, one.visitorId)
}

async function letOut(
  scene: Scene,
  links: PersonLinks,
  open: readonly OpenVisit[],
  visitorId: string,
): Promise<void> {
  const person = links.personOf(visitorId)
  for (const visit of open) {
    if (links.personOf(visit.visitorId) !== person) continue
    if (scene.world.sabotage.people?.endsOneVisit && visit.visitorId !== visitorId) continue
    await changeOne(scene, visit._id, (stored, moment) =>
      stored.state === 'Left' ? ok(stored) : buildExit(stored, moment),
    )
  }
}

/** Of an exit of this gate, while nothing has happened since. */
export async function takesBack(scene: Scene): Promise<void> {
  const { world, gate } = scene
  const guardId = guardOf(gate)
  const left = await choose(
    visitsOf(scene),
    scene.pick,
    (visit) =>
      visit['state'] === 'Left' &&
      visit['exitGuard'] === guardId &&
      world.ledger.people.has(visit['visitorId'] as string),
  )
  if (!left) return
  const links = await linksAt(scene)
  const person = links.personOf(left['visitorId'] as string)
  const open = await openVisits(scene)
  const isInsideAgain = open.some(({ visitorId }) => links.personOf(visitorId) === person)
  await changeOne(scene, left._id, (stored, moment) => undoExit(stored, { ...moment, isInsideAgain }))
}

/** At a gate that knows all: everybody inside goes, each person by one exit. */
export async function goAll(world: World, gate: SimulatedGate, run: Run): Promise<void> {
  await world.time.run(run.process, async () => {
    const scene: Scene = { world, gate, run, pick: 0 }
    const links = await linksAt(scene)
    const exits = new Map<number, string[]>()
    const open = await openVisits(scene)
    for (const person of new Set(open.map(({ visitorId }) => links.personOf(visitorId)))) {
      const visits = open.filter(({ visitorId }) => links.personOf(visitorId) === person)
      if (visits.length > 1) world.count('person in twice')
      await letOut(scene, links, open, person)
      const truth = world.ledger.people.get(person)?.person
      if (truth !== undefined) exits.set(truth, [...(exits.get(truth) ?? []), person])
    }
    for (const [truth, persons] of exits)
      if (persons.length > 1 && !isToldApart(world, gate.society, truth))
        world.violate(`${gate.name}: ${people[truth]?.name} had to go out as ${persons.join()}`)
  })
}

/** A record of this person was erased: who is left is a person by himself. */
export const isToldApart = ({ ledger }: World, society: string, person: number): boolean =>
  [...ledger.people].some(
    ([id, truth]) => truth.person === person && truth.society === society && ledger.erased.has(id),
  )
