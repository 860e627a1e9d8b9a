/** What a guard does between two power cuts, and what a desk must then hold. */
import { createHash } from 'node:crypto'
import type { Random } from '../../../sync-server/demo/random.ts'
import type { FoundVisit, LetIn, Saved } from './page/gate-page.ts'

export type Act =
  | { readonly kind: 'letIn'; readonly visit: LetIn; readonly photoSha256: string }
  | { readonly kind: 'letOut' | 'undoLetOut'; readonly entryId: string }

interface AcknowledgedVisit {
  readonly visitorId: string
  readonly photoSha256: string
  state: FoundVisit['state']
}

/** All that was called saved since the desk was new. */
export interface AcknowledgedActs {
  readonly visits: Map<string, AcknowledgedVisit>
  readonly people: Map<string, { readonly name: string; readonly phone: string }>
  count: number
  /** The visit whose exit was the last act: an exit is taken back at once or, after some seconds, never. */
  lastExit: string | null
}

export const newLedger = (): AcknowledgedActs => ({
  visits: new Map(),
  people: new Map(),
  count: 0,
  lastExit: null,
})

const photoBytes = { min: 2_000, max: 81_920 } as const

/** Somebody new, somebody known, an exit, or an exit taken back. */
export function drawAct(random: Random, ledger: AcknowledgedActs): Act {
  const { lastExit } = ledger
  if (lastExit !== null && random.chance(0.4)) return { kind: 'undoLetOut', entryId: lastExit }
  const inside = pick(random, idsIn(ledger, 'Inside'))
  if (inside !== null && random.chance(0.3)) return { kind: 'letOut', entryId: inside }
  const photo = jpegOf(random)
  const known = random.chance(0.4) ? pick(random, outside(ledger)) : null
  const name = `Visitor ${random.integer(1, 999_999)} मेहमान`
  const person = known === null ? undefined : ledger.people.get(known)
  const { phone } = person ?? { phone: newPhone(random, ledger) }
  const visit = { visitorId: known, name: person?.name ?? name, phone, photo: photo.toString('base64') }
  return { kind: 'letIn', visit, photoSha256: createHash('sha256').update(photo).digest('hex') }
}

export function acknowledge(ledger: AcknowledgedActs, act: Act, saved: Saved): void {
  ledger.count += 1
  ledger.lastExit = act.kind === 'letOut' ? act.entryId : null
  if (act.kind !== 'letIn') {
    const visit = ledger.visits.get(act.entryId)
    if (visit !== undefined) visit.state = stateAfter(act.kind)
    return
  }
  const { name, phone } = act.visit
  ledger.people.set(saved.visitorId, { name, phone })
  const { visitorId } = saved
  ledger.visits.set(saved.entryId, { visitorId, photoSha256: act.photoSha256, state: 'Inside' })
}

export interface Judgement {
  /** One line for each record that is missing or not as it was called saved. */
  readonly lost: readonly string[]
  /** Visits that nobody began, or of which only a part is there. */
  readonly torn: readonly string[]
}

/** `begun`: what the guard had begun and was not yet told of; it may have happened or not, whole. */
export function judge(ledger: AcknowledgedActs, found: readonly FoundVisit[], begun: Act | null): Judgement {
  const byId = new Map(found.map((visit) => [visit.entryId, visit]))
  const lost = [...ledger.visits].flatMap(([entryId, visit]) => {
    const there = byId.get(entryId)
    if (there === undefined) return [`${entryId} is missing`]
    return differences(ledger, visit, there, begun).map((what) => `${entryId}: ${what}`)
  })
  const torn = found
    .filter((visit) => !ledger.visits.has(visit.entryId) && !isWhole(visit, begun))
    .map((visit) => `${visit.entryId} was not called saved, and is not what was begun`)
  return { lost, torn }
}

/** From now on the desk counts as it is: what had been begun may have come to be, and a loss is told once. */
export function adopt(ledger: AcknowledgedActs, found: readonly FoundVisit[]): void {
  ledger.visits.clear()
  ledger.people.clear()
  ledger.lastExit = null
  for (const { entryId, visitorId, state, name, phone, photoSha256 } of found) {
    ledger.people.set(visitorId, { name, phone })
    ledger.visits.set(entryId, { visitorId, state, photoSha256: photoSha256 ?? '' })
  }
}

function differences(
  ledger: AcknowledgedActs,
  visit: AcknowledgedVisit,
  there: FoundVisit,
  begun: Act | null,
): string[] {
  const person = ledger.people.get(visit.visitorId)
  const states = [visit.state]
  if (begun !== null && begun.kind !== 'letIn' && begun.entryId === there.entryId)
    states.push(stateAfter(begun.kind))
  return [
    ...(states.includes(there.state) ? [] : [`is ${there.state}, not ${visit.state}`]),
    ...(there.isListedInside === (there.state === 'Inside') ? [] : ['the list of those inside says other']),
    ...(there.visitorId === visit.visitorId ? [] : ['is a visit of somebody else']),
    ...(there.name === person?.name ? [] : ['the name is not the one saved']),
    ...(there.phone === person?.phone ? [] : ['the phone is not the one saved']),
    ...(there.photoSha256 === visit.photoSha256 ? [] : ['the photo is missing or another']),
  ]
}

const isWhole = (visit: FoundVisit, begun: Act | null): boolean =>
  begun?.kind === 'letIn' &&
  visit.name === begun.visit.name &&
  visit.phone === begun.visit.phone &&
  visit.photoSha256 === begun.photoSha256

const stateAfter = (kind: 'letOut' | 'undoLetOut'): FoundVisit['state'] =>
  kind === 'letOut' ? 'Left' : 'Inside'

const idsIn = (ledger: AcknowledgedActs, state: FoundVisit['state']): string[] =>
  [...ledger.visits].filter(([, visit]) => visit.state === state).map(([entryId]) => entryId)

const outside = (ledger: AcknowledgedActs): string[] => {
  const inside = new Set(idsIn(ledger, 'Inside').map((id) => ledger.visits.get(id)?.visitorId))
  return [...ledger.people.keys()].filter((visitorId) => !inside.has(visitorId))
}

const pick = (random: Random, ids: readonly string[]): string | null =>
  ids.length === 0 ? null : (ids[random.integer(0, ids.length - 1)] ?? null)

function newPhone(random: Random, ledger: AcknowledgedActs): string {
  const taken = new Set([...ledger.people.values()].map(({ phone }) => phone))
  for (;;) {
    const phone = `+9198${random.integer(10_000_000, 99_999_999)}`
    if (!taken.has(phone)) return phone
  }
}

/** Begins and ends like a JPEG. Chromium stores what is larger than 64 KB in a file beside its records. */
function jpegOf(random: Random): Buffer {
  const bytes = Buffer.alloc(random.integer(photoBytes.min, photoBytes.max))
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt8(random.integer(0, 255), at)
  bytes.set([0xff, 0xd8, 0xff, 0xe0])
  bytes.set([0xff, 0xd9], bytes.length - 2)
  return bytes
}
