import type { EntryType } from '@chowki/shared/collections/visitor-entries.ts'
import { dayMs, demoEnvelope, demoPhone, demoSocietyId, demoSocietyName, demoTimeZone } from './demo-plan.ts'
import type { DemoDocument, DemoPlan } from './demo-plan.ts'

const towers = ['A', 'B', 'C', 'D'] as const
const floors = 20
const flatsPerFloor = 5
const ageMs = 900 * dayMs

/** By position on the floor: what a plan of such a tower looks like. */
const flatPlans = [
  { type: '3BHK', area: 1650 },
  { type: '2BHK', area: 1180 },
  { type: '2BHK', area: 1140 },
  { type: '3BHK', area: 1720 },
  { type: '4BHK', area: 2310 },
] as const

export interface DemoFlat extends DemoDocument {
  readonly blockId: string
  readonly flatNumber: string
}

export function demoSociety({ now }: DemoPlan): DemoDocument {
  const overstayMinutes: Partial<Record<EntryType, number>> = { Delivery: 30, Cab: 20, Service: 240 }
  return {
    ...demoEnvelope('society', 0, now - ageMs),
    _id: demoSocietyId,
    name: demoSocietyName,
    address: {
      street: 'Invented Road, Example Layout',
      city: 'Bengaluru',
      state: 'Karnataka',
      pincode: '000000',
      country: 'India',
    },
    contact: { phone: demoPhone('office', 0), email: 'office@lotus-heights.example' },
    admin: { name: 'Demo Admin', phone: demoPhone('office', 1), email: 'admin@lotus-heights.example' },
    timeZone: demoTimeZone,
    settings: { asksTemperature: false, asksMask: false, overstayMinutes, retentionDays: 400 },
  }
}

export const demoBlocks = ({ now }: DemoPlan): DemoDocument[] =>
  towers.map((name) => ({ ...demoEnvelope('block', name, now - ageMs), name, floors }))

export const demoGates = ({ now }: DemoPlan): DemoDocument[] =>
  ['Main Gate', 'Service Gate'].map((name, index) => ({
    ...demoEnvelope('gate', index, now - ageMs),
    name,
    location: index === 0 ? 'Front, by the fountain' : 'Back, by tower D',
    isActive: true,
  }))

/** Four towers of twenty floors of five flats: 400, numbered floor by floor (A-101 to D-2005). */
export function demoFlats({ now }: DemoPlan, blocks: readonly DemoDocument[]): DemoFlat[] {
  return blocks.flatMap((block, tower) =>
    Array.from({ length: floors * flatsPerFloor }, (_, index) => {
      const floor = 1 + Math.floor(index / flatsPerFloor)
      const position = index % flatsPerFloor
      return {
        ...demoEnvelope('flat', `${towers[tower] ?? tower}-${index}`, now - ageMs),
        blockId: block._id,
        flatNumber: `${floor}${String(position + 1).padStart(2, '0')}`,
        floor,
        ...flatPlans[position],
      }
    }),
  )
}
