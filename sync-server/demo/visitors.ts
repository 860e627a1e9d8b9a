import type { EntryType } from '@chowki/shared/collections/visitor-entries.ts'
import type { DemoFlat } from './buildings.ts'
import { dayMs, demoEnvelope, demoPhone } from './demo-plan.ts'
import type { DemoDocument, DemoPlan } from './demo-plan.ts'
import { personName } from './names.ts'

/** Somebody who comes again, with where they usually go. */
export interface DemoVisitor {
  readonly document: DemoDocument & { readonly name: string; readonly phone: string }
  readonly kind: VisitorKind
  readonly flats: readonly DemoFlat[]
}

export type VisitorKind = Extract<EntryType, 'DailyHelp' | 'Delivery' | 'Cab' | 'Service' | 'Guest'>

const visitorCounts: Readonly<Record<VisitorKind, number>> = {
  DailyHelp: 60,
  Delivery: 70,
  Cab: 50,
  Service: 35,
  Guest: 320,
}

export function demoVisitors(plan: DemoPlan, flats: readonly DemoFlat[]): DemoVisitor[] {
  const random = plan.random('visitors')
  const kinds = Object.entries(visitorCounts).flatMap(([kind, count]) =>
    Array.from({ length: count }, () => kind as VisitorKind),
  )
  return kinds.map((kind, index) => {
    const at = plan.now - random.integer(32, 400) * dayMs
    const flatCount = kind === 'DailyHelp' ? random.integer(1, 5) : 1
    return {
      document: {
        ...demoEnvelope('visitor', index, at),
        name: personName(random),
        phone: demoPhone(kind === 'DailyHelp' ? 'dailyHelp' : 'visitor', index),
        isFrequent: kind === 'DailyHelp',
        ...(kind === 'Service' && { rating: random.integer(3, 5) }),
      },
      kind,
      flats: random.sample(flats, flatCount),
    }
  })
}
