import type { CollectionName } from '@chowki/shared/collections/registry.ts'
import { demoBlocks, demoFlats, demoGates, demoSociety } from './buildings.ts'
import { dayMs, demoEnvelope } from './demo-plan.ts'
import type { DemoDocument, DemoPlan } from './demo-plan.ts'
import { demoDailyHelpPasses, demoInvitations, demoWatchlist } from './passes.ts'
import { demoPatrolLogs, demoRoutes } from './patrols.ts'
import { demoGuards, demoResidents, demoStaff, demoUsers } from './people.ts'
import type { DemoGuard } from './people.ts'
import { demoId } from './random.ts'
import { demoVisits } from './visits.ts'
import type { DemoDesk } from './visits.ts'
import { demoVisitors } from './visitors.ts'

export interface DemoSociety {
  /** In the order of writing; the society itself comes last, as the mark that all the rest is there. */
  readonly parts: readonly {
    readonly collection: CollectionName
    readonly documents: readonly DemoDocument[]
  }[]
  readonly guards: readonly DemoGuard[]
}

export async function createDemoSociety(plan: DemoPlan): Promise<DemoSociety> {
  const blocks = demoBlocks(plan)
  const gates = demoGates(plan)
  const flats = demoFlats(plan, blocks)
  const residents = demoResidents(plan, flats)
  const atHome = residents.filter((resident) => resident['status'] === 'Active')
  const guards = demoGuards(plan)
  const users = await demoUsers(plan, guards)
  const visitors = demoVisitors(plan, flats)
  const dailyHelpPasses = demoDailyHelpPasses(plan, visitors, atHome)
  const desk = demoDesk(gates, guards)
  const { routes, plans } = demoRoutes(plan, desk.guardIds)
  const admin = users.find((user) => user['role'] === 'Admin')
  const parts: DemoSociety['parts'] = [
    { collection: 'blocks', documents: blocks },
    { collection: 'gates', documents: gates },
    { collection: 'flats', documents: flats },
    { collection: 'residents', documents: residents },
    { collection: 'users', documents: users },
    { collection: 'staff', documents: demoStaff(plan, guards) },
    { collection: 'guardDevices', documents: demoDevices(plan, desk) },
    { collection: 'visitors', documents: visitors.map(({ document }) => document) },
    { collection: 'preApprovals', documents: [...dailyHelpPasses, ...demoInvitations(plan, atHome)] },
    { collection: 'watchlist', documents: demoWatchlist(plan, admin?._id ?? demoId('admin', 0)) },
    { collection: 'patrolRoutes', documents: routes },
    { collection: 'patrolLogs', documents: demoPatrolLogs(plan, plans, desk) },
    {
      collection: 'visitorEntries',
      documents: demoVisits(plan, { visitors, residents: atHome, dailyHelpPasses, desk }),
    },
    { collection: 'societies', documents: [demoSociety(plan)] },
  ]
  return { parts, guards }
}

function demoDesk(gates: readonly DemoDocument[], guards: readonly DemoGuard[]): DemoDesk {
  const [main, service] = gates
  const [first, ...others] = guards.filter(({ role }) => role === 'Guard').map(({ userId }) => userId)
  if (!main || !service || first === undefined)
    throw new Error('The demonstration needs two gates and a guard.')
  return {
    guardIds: [first, ...others],
    gateIds: [main._id, service._id],
    deviceIds: [demoId('device', 0), demoId('device', 1)],
  }
}

/** The desks that recorded the past. Inactive and without a secret: nobody can come as one of them. */
const demoDevices = (plan: DemoPlan, desk: DemoDesk): DemoDocument[] =>
  desk.deviceIds.map((deviceId, index) => ({
    ...demoEnvelope('device', index, plan.now - 200 * dayMs),
    deviceId,
    deviceName: index === 0 ? 'Old desk, main gate' : 'Old desk, service gate',
    location: index === 0 ? 'Main Gate' : 'Service Gate',
    status: 'Inactive',
    lastActive: plan.now,
    gateId: desk.gateIds[index],
  }))
