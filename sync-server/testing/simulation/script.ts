/**
 * What happens in one run: who is there, how bad the lines are, and a list of steps. Made from a seed, and complete in
 * itself: any part of the steps can be run, so that a failing script can be cut down, kept as JSON and replayed.
 */
import { createRandom } from '../../demo/random.ts'
import type { Random } from '../../demo/random.ts'

export interface Script {
  readonly seed: number
  readonly gates: readonly GateSetup[]
  readonly servers: number
  /** Of the schema of visits that the servers have; gates may have the one before. */
  readonly schemaVersion: 0 | 1
  readonly line: LineFaults
  readonly disk: DiskFaultRates
  /** How often a commit takes long. */
  readonly slowCommit: number
  /** Families share phones, the same person comes to several gates, and the servers link his records. */
  readonly people?: true
  readonly steps: readonly Step[]
}

export interface GateSetup {
  readonly society: number
  readonly schemaVersion: 0 | 1
  /** Of an older program. Left out: the newest. */
  readonly protocol?: 1
}

/** Each a probability for one request. */
export interface LineFaults {
  readonly drop: number
  readonly loseReply: number
  readonly duplicate: number
  readonly delay: number
}

/** Each a probability for one operation of RxDB on its storage. */
export interface DiskFaultRates {
  readonly slow: number
  /** Of writes of pulled documents only. */
  readonly full: number
}

/** `pick` chooses among what is there: taken modulo their number. */
export type Step =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'letIn'; readonly gate: number; readonly pick: number; readonly known: boolean }
  | { readonly do: 'letOut'; readonly gate: number; readonly pick: number }
  | { readonly do: 'undoLetOut'; readonly gate: number; readonly pick: number }
  | { readonly do: 'cancelEntry'; readonly gate: number; readonly pick: number }
  | { readonly do: 'note'; readonly gate: number; readonly pick: number }
  | { readonly do: 'rename'; readonly gate: number; readonly pick: number }
  | { readonly do: 'badRow'; readonly gate: number; readonly pick: number }
  | { readonly do: 'partition'; readonly gate: number; readonly ms: number }
  | { readonly do: 'killGate'; readonly gate: number; readonly ms: number }
  | { readonly do: 'restartReplication'; readonly gate: number }
  | { readonly do: 'killServer'; readonly server: number; readonly ms: number }
  | { readonly do: 'gateClock'; readonly gate: number; readonly ms: number }
  | { readonly do: 'serverClock'; readonly server: number; readonly ms: number }
  | { readonly do: 'revoke'; readonly gate: number; readonly ms: number }
  | { readonly do: 'prune'; readonly gate: number; readonly pick: number }
  | { readonly do: 'erase'; readonly society: number; readonly pick: number }
  | { readonly do: 'admin'; readonly society: number; readonly pick: number }
  | { readonly do: 'quarrel'; readonly gate: number; readonly ms: number }
  | { readonly do: 'sleep'; readonly ms: number }
  | { readonly do: 'comes'; readonly gate: number; readonly pick: number }
  | { readonly do: 'goes'; readonly gate: number; readonly pick: number }
  | { readonly do: 'takesBack'; readonly gate: number; readonly pick: number }

export type StepKind = Step['do']

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000]
const stepCount = { min: 18, max: 42 }

/** How often each is drawn, beside the others. */
const weights: Readonly<Record<StepKind, number>> = {
  wait: 18,
  letIn: 18,
  letOut: 12,
  undoLetOut: 2,
  cancelEntry: 2,
  note: 14,
  rename: 5,
  badRow: 3,
  partition: 4,
  killGate: 6,
  restartReplication: 8,
  killServer: 3,
  gateClock: 4,
  serverClock: 1,
  revoke: 2,
  prune: 3,
  erase: 2,
  admin: 3,
  quarrel: 2,
  sleep: 1,
  // Of people, see `withPeople`.
  comes: 0,
  goes: 0,
  takesBack: 0,
}

export function scriptOf(seed: number): Script {
  const random = createRandom(`simulation:${seed}`)
  const protocols = createRandom(`protocols:${seed}`)
  const schemaVersion = random.chance(0.4) ? 1 : 0
  const rate = (most: number): number => (random.chance(0.35) ? 0 : random.next() * most)
  const gates = Array.from({ length: random.integer(2, 4) }, (_, index): GateSetup => ({
    // Two gates of the first society at least: alone, a gate has nobody to converge with.
    society: index < 2 ? 0 : index === 2 ? 1 : random.integer(0, 1),
    schemaVersion: schemaVersion === 1 && random.chance(0.5) ? 1 : 0,
    ...(protocols.chance(0.25) ? { protocol: 1 } : {}),
  }))
  const servers = random.integer(1, 2)
  const shape = { gates: gates.length, servers }
  const script: Script = {
    seed,
    gates,
    servers,
    schemaVersion,
    line: { drop: rate(0.2), loseReply: rate(0.2), duplicate: rate(0.15), delay: rate(0.25) },
    disk: { slow: rate(0.25), full: rate(0.25) },
    slowCommit: rate(0.3),
    steps: Array.from({ length: random.integer(stepCount.min, stepCount.max) }, () =>
      drawStep(random, shape),
    ),
  }
  const people = createRandom(`people:${seed}`)
  return people.chance(0.3) ? withPeople(script, people) : script
}

/** Between the other steps; often at a gate without network, as records of one person are made then. */
function withPeople(script: Script, random: Random): Script {
  // Four collections each, and RxDB opens thirteen in one realm.
  const gates = script.gates.slice(0, 3)
  const gate = () => random.integer(0, gates.length - 1)
  const draw = (): Step => {
    const kind = random.weighted({ comes: 6, goes: 3, takesBack: 1, partition: 1 })
    return kind === 'partition'
      ? { do: kind, gate: gate(), ms: random.pick([90 * second, 10 * minute, hour]) }
      : { do: kind, gate: gate(), pick: random.integer(0, 999) }
  }
  const steps = script.steps.flatMap((step) => (random.chance(0.6) ? [step, draw()] : [step]))
  return { ...script, gates, people: true, steps }
}

function drawStep(random: Random, shape: { gates: number; servers: number }): Step {
  const kind = random.weighted(weights)
  const gate = random.integer(0, shape.gates - 1)
  const server = random.integer(0, shape.servers - 1)
  const pick = random.integer(0, 999)
  const society = random.integer(0, 1)
  switch (kind) {
    case 'wait':
      return { do: kind, ms: random.pick([50, 300, second, 2 * second, 10 * second, 40 * second]) }
    case 'letIn':
      return { do: kind, gate, pick, known: random.chance(0.4) }
    case 'partition':
      return { do: kind, gate, ms: random.pick([5 * second, 90 * second, 10 * minute, hour, 3 * day]) }
    case 'killGate':
      return { do: kind, gate, ms: random.pick([0, second, 30 * second]) }
    case 'killServer':
      return { do: kind, server, ms: random.pick([0, second, 20 * second]) }
    case 'gateClock':
      return { do: kind, gate, ms: random.pick([-day, -hour, -minute, -2 * second, minute, hour, 30 * day]) }
    case 'serverClock':
      return { do: kind, server, ms: random.pick([-hour, hour]) }
    case 'revoke':
      return { do: kind, gate, ms: random.pick([5 * second, minute]) }
    case 'quarrel':
      return { do: kind, gate, ms: minute }
    case 'erase':
    case 'admin':
      return { do: kind, society, pick }
    case 'sleep':
      return { do: kind, ms: random.pick([hour, 8 * hour, 7 * day]) }
    case 'restartReplication':
      return { do: kind, gate }
    default:
      return { do: kind, gate, pick }
  }
}
