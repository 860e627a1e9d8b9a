import { dayMs, demoEnvelope, hourMs, minuteMs } from './demo-plan.ts'
import type { DemoDocument, DemoPlan } from './demo-plan.ts'
import type { DemoDesk } from './visits.ts'
import { demoId } from './random.ts'

interface Checkpoint {
  readonly _id: string
  readonly name: string
  readonly location: { readonly latitude: number; readonly longitude: number }
  readonly order: number
}

export interface DemoRoute extends DemoDocument {
  readonly checkpoints: readonly Checkpoint[]
  readonly frequencyHours: number
}

const routePlans = [
  {
    name: 'Perimeter',
    hours: 2,
    stops: ['Main Gate', 'North wall', 'Pump house', 'Service Gate', 'South wall', 'Generator'],
  },
  {
    name: 'Towers and basement',
    hours: 4,
    stops: ['Tower A lobby', 'Tower B lobby', 'Tower C lobby', 'Tower D lobby', 'Basement 1', 'Basement 2'],
  },
  { name: 'Clubhouse and pool', hours: 4, stops: ['Clubhouse', 'Swimming pool', 'Gym', "Children's park"] },
] as const

export function demoRoutes(
  plan: DemoPlan,
  guardIds: readonly string[],
): { routes: DemoDocument[]; plans: DemoRoute[] } {
  const plans = routePlans.map(({ name, hours, stops }, index) => ({
    ...demoEnvelope('route', index, plan.now - 300 * dayMs),
    name,
    frequencyHours: hours,
    checkpoints: stops.map((stop, order) => ({
      _id: demoId('checkpoint', `${index}-${order}`),
      name: stop,
      // Spread by metres about a point in the Bay of Bengal: nobody's address.
      location: { latitude: 15 + index / 1_000 + order / 10_000, longitude: 88 + order / 10_000 },
      order,
    })),
  }))
  const routes = plans.map(({ frequencyHours, ...route }) => ({
    ...route,
    frequency: `Every${frequencyHours}Hours`,
    assignedGuards: [...guardIds],
  }))
  return { routes, plans }
}

const daysOfLogs = 5

/** Rounds as they happen: a few minutes late, now and then a checkpoint missed. */
export function demoPatrolLogs(plan: DemoPlan, routes: readonly DemoRoute[], desk: DemoDesk): DemoDocument[] {
  const random = plan.random('patrol-logs')
  return routes.flatMap((route, routeIndex) => {
    const rounds = Math.floor((daysOfLogs * 24) / route.frequencyHours)
    return Array.from({ length: rounds }, (_, round) => {
      const startsAt =
        plan.now - (round + 1) * route.frequencyHours * hourMs + random.integer(0, 12) * minuteMs
      const guardId = random.pick(desk.guardIds)
      return route.checkpoints
        .filter(() => !random.chance(0.04))
        .map((checkpoint) => {
          const at = startsAt + checkpoint.order * random.integer(2, 5) * minuteMs
          return {
            ...demoEnvelope('patrol-log', `${routeIndex}-${round}-${checkpoint.order}`, at),
            routeId: route._id,
            guardId,
            checkpointId: checkpoint._id,
            timestamp: at,
            gateId: desk.gateIds[0],
            deviceId: desk.deviceIds[0],
            deviceTime: at,
            serverTime: at,
            timeDriftMs: 0,
            ...(random.chance(0.03) && { notes: 'Light out, told the electrician.' }),
          }
        })
    }).flat()
  })
}
