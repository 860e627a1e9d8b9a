import { newestFirstSortKey } from '@chowki/shared/collections/visitor-entries.ts'
import type { ApprovalMethod, EntryType } from '@chowki/shared/collections/visitor-entries.ts'
import { dayStart, demoEnvelope, demoVehicleNumber, hourMs, minuteMs } from './demo-plan.ts'
import type { DemoDocument, DemoPlan } from './demo-plan.ts'
import type { DemoPass } from './passes.ts'
import type { DemoResident } from './people.ts'
import type { Random } from './random.ts'
import { visitHabits } from './visit-habits.ts'
import type { DemoVisitor, VisitorKind } from './visitors.ts'

/** Guards and devices at the gates. */
export interface DemoDesk {
  readonly guardIds: readonly [string, ...string[]]
  /** Main gate first; a device for each. */
  readonly gateIds: readonly [string, string]
  readonly deviceIds: readonly [string, string]
}

export interface VisitSources {
  readonly visitors: readonly DemoVisitor[]
  readonly residents: readonly DemoResident[]
  readonly dailyHelpPasses: readonly DemoPass[]
  readonly desk: DemoDesk
}

interface Call {
  readonly visitor: DemoVisitor
  readonly entryAt: number
  /** Null: still inside. */
  readonly exitAt: number | null
}

const days = 30
const insideNow: Readonly<Record<VisitorKind, number>> = {
  DailyHelp: 5,
  Delivery: 3,
  Guest: 4,
  Service: 2,
  Cab: 1,
}

/** About a hundred visits a day for a month, and fifteen people who are inside at this moment. */
export function demoVisits(plan: DemoPlan, sources: VisitSources): DemoDocument[] {
  const random = plan.random('visits')
  const toVisit = visitBuilder(plan, sources)
  const inside = callsInside(plan, random, sources.visitors)
  const busy = new Set(inside.map(({ visitor }) => visitor))
  const past = Array.from({ length: days + 1 }, (_, daysAgo) => {
    const available =
      daysAgo === 0 ? sources.visitors.filter((visitor) => !busy.has(visitor)) : sources.visitors
    return callsOfDay(plan, random, available, daysAgo).map((call, index) =>
      toVisit(`${daysAgo}-${index}`, call),
    )
  })
  return [...past.toReversed().flat(), ...inside.map((call, index) => toVisit(`inside-${index}`, call))]
}

function callsOfDay(
  plan: DemoPlan,
  random: Random,
  visitors: readonly DemoVisitor[],
  daysAgo: number,
): Call[] {
  const start = dayStart(plan.now, daysAgo)
  const calls = Object.entries(visitHabits).flatMap(([kind, habit]) => {
    const pool = visitors.filter((visitor) => visitor.kind === kind)
    const count = Math.round(habit.perDay * (0.85 + random.next() * 0.3))
    return random.sample(pool, count).map((visitor) => {
      const hour = Number(random.weighted(habit.arrivalHours))
      const entryAt = start + hour * hourMs + random.integer(0, 59) * minuteMs + random.integer(0, 59) * 1_000
      const exitAt = entryAt + random.integer(...habit.stayMinutes) * minuteMs
      return { visitor, entryAt, exitAt: Math.min(exitAt, plan.now - minuteMs) }
    })
  })
  return calls
    .filter(({ entryAt }) => entryAt < plan.now - 5 * minuteMs)
    .toSorted((left, right) => left.entryAt - right.entryAt)
}

/** A few have stayed too long for their kind, so that overstay marks are visible. */
function callsInside(plan: DemoPlan, random: Random, visitors: readonly DemoVisitor[]): Call[] {
  return Object.entries(insideNow).flatMap(([kind, count]) => {
    const pool = visitors.filter((visitor) => visitor.kind === kind)
    const [shortest, longest] = visitHabits[kind as VisitorKind].stayMinutes
    return random.sample(pool, count).map((visitor) => {
      const minutes = random.integer(Math.ceil(shortest / 2), Math.ceil(longest * 1.3))
      return { visitor, entryAt: plan.now - minutes * minuteMs, exitAt: null }
    })
  })
}

function visitBuilder(plan: DemoPlan, { residents, dailyHelpPasses, desk }: VisitSources) {
  const random = plan.random('visit-details')
  const residentsByFlat = new Map(residents.map((resident) => [resident.flatId, resident]))
  const passesByVisitor = new Map(dailyHelpPasses.map((pass) => [pass.visitorId, pass]))

  return (index: string, { visitor, entryAt, exitAt }: Call): DemoDocument => {
    const flats = visitor.flats.filter((flat) => residentsByFlat.has(flat._id))
    const flatIds = (flats.length > 0 ? flats : visitor.flats).map((flat) => flat._id)
    const residentId = residentsByFlat.get(flatIds[0] ?? '')?._id
    const pass = passesByVisitor.get(visitor.document._id)
    const gate = random.chance(visitor.kind === 'Guest' || visitor.kind === 'Cab' ? 0.9 : 0.5) ? 0 : 1
    const entryType = demoEntryType(visitor.kind, random)
    const purposes = visitHabits[visitor.kind].purposes
    return {
      ...demoEnvelope('visit', index, entryAt),
      updatedAt: exitAt ?? entryAt,
      visitorId: visitor.document._id,
      flatId: flatIds[0],
      flatIds,
      ...(residentId && { residentId }),
      entryType,
      entryDateTime: entryAt,
      sortKey: newestFirstSortKey(entryAt),
      entryGuard: random.pick(desk.guardIds),
      state: exitAt === null ? 'Inside' : 'Left',
      ...(exitAt !== null && { exitDateTime: exitAt, exitGuard: random.pick(desk.guardIds) }),
      ...demoApproval(visitor.kind, entryAt, residentId, random),
      ...(pass && { preApprovalId: pass._id, passCode: pass.passCode }),
      ...(random.chance(visitHabits[visitor.kind].vehicleShare) && {
        vehicleDetails: demoVehicle(visitor.kind, random),
      }),
      ...(purposes && { purpose: random.pick(purposes) }),
      gateId: desk.gateIds[gate],
      deviceId: desk.deviceIds[gate],
      deviceTime: entryAt,
      serverTime: entryAt + random.integer(0, 4) * 1_000,
      timeDriftMs: 0,
    }
  }
}

function demoEntryType(kind: VisitorKind, random: Random): EntryType {
  return kind === 'Guest' ? random.weighted({ Guest: 5, Invited: 3, Unexpected: 2, Other: 0.2 }) : kind
}

function demoApproval(kind: VisitorKind, entryAt: number, residentId: string | undefined, random: Random) {
  const approvalMethod: ApprovalMethod = random.weighted(visitHabits[kind].approvals)
  return {
    approvalStatus: 'Approved',
    approvalMethod,
    approvalDateTime: entryAt,
    ...(residentId && approvalMethod === 'Resident' && { approvedBy: residentId }),
    ...(approvalMethod === 'Override' && { overrideReason: 'Nobody answered; known to the guard.' }),
  }
}

const demoVehicle = (kind: VisitorKind, random: Random) => ({
  number: demoVehicleNumber(random),
  type: kind === 'Delivery' ? 'Bike' : random.weighted({ Car: 6, Bike: 3, Auto: 1 }),
})
