import { weekdays } from '@chowki/shared/collections/pre-approvals.ts'
import { dayMs, dayStart, demoEnvelope, demoPhone, hourMs } from './demo-plan.ts'
import type { DemoDocument, DemoPlan } from './demo-plan.ts'
import { personName } from './names.ts'
import type { DemoResident } from './people.ts'
import type { Random } from './random.ts'
import type { DemoVisitor } from './visitors.ts'

/** Six digits each, no two alike: daily helps first, then invitations. */
const demoPassCode = (index: number): string => String(100_000 + ((index * 7_919 + 23_456) % 900_000))

export interface DemoPass extends DemoDocument {
  readonly passCode: string
  readonly visitorId?: string
  readonly residentId: string
}

/** One for each daily help: most come every day, some on weekdays or three days a week. */
export function demoDailyHelpPasses(
  plan: DemoPlan,
  visitors: readonly DemoVisitor[],
  residents: readonly DemoResident[],
): DemoPass[] {
  const random = plan.random('daily-help-passes')
  const residentsByFlat = new Map(residents.map((resident) => [resident.flatId, resident]))
  const helps = visitors.filter(({ kind }) => kind === 'DailyHelp')
  return helps.flatMap(({ document, flats }, index) => {
    const [host] = flats.flatMap((flat) => residentsByFlat.get(flat._id) ?? [])
    const homes = flats.filter((flat) => residentsByFlat.has(flat._id))
    if (!host) return []
    return [
      {
        ...demoEnvelope('daily-pass', index, document.createdAt),
        residentId: host._id,
        flatId: host.flatId,
        flatIds: homes.map((flat) => flat._id),
        visitorId: document._id,
        visitorName: document.name,
        visitorPhone: document.phone,
        entryType: 'DailyHelp',
        passCode: demoPassCode(index),
        validFrom: document.createdAt,
        validTo: plan.now + 300 * dayMs,
        recurrence: demoRecurrence(random),
        status: 'Active',
      },
    ]
  })
}

function demoRecurrence(random: Random): { type: string; days?: string[] } {
  const kind = random.weighted({ daily: 6, workdays: 3, alternate: 1.5, monthly: 0.3 })
  switch (kind) {
    case 'daily':
      return { type: 'Daily' }
    case 'workdays':
      return { type: 'Weekly', days: weekdays.slice(0, 6) }
    case 'alternate':
      return { type: 'Weekly', days: ['Monday', 'Wednesday', 'Friday'] }
    case 'monthly':
      return { type: 'Monthly' }
  }
}

const invitationCounts = { today: 12, tomorrow: 6, weekend: 6, past: 14, revoked: 3 } as const

/** Invitations of today and the next days, past ones, and a few that were revoked. */
export function demoInvitations(plan: DemoPlan, residents: readonly DemoResident[]): DemoPass[] {
  const random = plan.random('invitations')
  const kinds = Object.entries(invitationCounts).flatMap(([kind, count]) =>
    Array.from({ length: count }, () => kind as keyof typeof invitationCounts),
  )
  const hosts = random.sample(residents, kinds.length)
  return hosts.map((host, index) => {
    const kind = kinds[index] ?? 'today'
    const { validFrom, validTo } = invitationWindow(kind, plan.now, random)
    return {
      ...demoEnvelope('invitation', index, Math.min(validFrom, plan.now) - random.integer(1, 20) * hourMs),
      residentId: host._id,
      flatId: host.flatId,
      visitorName: personName(random),
      visitorPhone: demoPhone('visitor', 20_000 + index),
      entryType: 'Invited',
      passCode: demoPassCode(1_000 + index),
      validFrom,
      validTo,
      maxEntries: random.integer(1, 3),
      status: kind === 'revoked' ? 'Inactive' : 'Active',
    }
  })
}

function invitationWindow(kind: keyof typeof invitationCounts, now: number, random: Random) {
  const daysAhead = {
    today: 0,
    revoked: 0,
    tomorrow: 1,
    weekend: random.integer(2, 6),
    past: -random.integer(1, 28),
  }[kind]
  const day = dayStart(now, -daysAhead)
  // Today's windows are open whenever the desk is tried out, at night too.
  if (daysAhead === 0)
    return { validFrom: now - random.integer(1, 5) * hourMs, validTo: now + random.integer(3, 12) * hourMs }
  const from = day + random.integer(9, 18) * hourMs
  return { validFrom: from, validTo: from + random.integer(2, 6) * hourMs }
}

/** Barred: one by phone and name, one by vehicle, one by name only. */
export function demoWatchlist(plan: DemoPlan, addedBy: string): DemoDocument[] {
  const rows = [
    {
      name: 'Ravi Demo Barred',
      phone: demoPhone('watchlist', 1),
      reason: 'Sold fake water filters in tower B',
    },
    { vehicleNumber: 'XX99ZZ0001', reason: 'Drove through the barrier twice' },
    { name: 'Kallu Example', reason: 'Former contractor; access ended by the office' },
  ]
  return rows.map((row, index) => ({
    ...demoEnvelope('watchlist', index, plan.now - (20 + index * 30) * dayMs),
    ...row,
    addedBy,
    isActive: true,
  }))
}
