import type { ApprovalMethod } from '@chowki/shared/collections/visitor-entries.ts'
import type { VisitorKind } from './visitors.ts'

/** How each kind of visitor comes and goes, at an ordinary society of 400 flats. */
export interface VisitHabit {
  readonly perDay: number
  /** Weight of each hour of the day, in the society's zone. */
  readonly arrivalHours: Readonly<Record<string, number>>
  readonly stayMinutes: readonly [min: number, max: number]
  readonly approvals: Readonly<Record<ApprovalMethod, number>>
  readonly vehicleShare: number
  readonly purposes?: readonly [string, ...string[]]
}

const approvals = (
  weights: Partial<Record<ApprovalMethod, number>>,
): Readonly<Record<ApprovalMethod, number>> => ({
  PreApproval: 0,
  Resident: 0,
  PhoneCall: 0,
  Override: 0,
  Standing: 0,
  ...weights,
})

export const visitHabits: Readonly<Record<VisitorKind, VisitHabit>> = {
  DailyHelp: {
    perDay: 50,
    arrivalHours: { 6: 5, 7: 12, 8: 12, 9: 8, 10: 4, 11: 2, 16: 4, 17: 5, 18: 3 },
    stayMinutes: [45, 300],
    approvals: approvals({ Standing: 1 }),
    vehicleShare: 0.05,
  },
  Delivery: {
    perDay: 26,
    arrivalHours: {
      7: 2,
      9: 3,
      10: 5,
      11: 6,
      12: 5,
      13: 6,
      14: 3,
      15: 3,
      16: 4,
      17: 4,
      18: 4,
      19: 6,
      20: 8,
      21: 5,
      22: 2,
    },
    stayMinutes: [4, 28],
    approvals: approvals({ Resident: 5, PhoneCall: 4, Standing: 2, Override: 0.3 }),
    vehicleShare: 0.6,
    purposes: ['Parcel', 'Food', 'Grocery', 'Medicine', 'Courier'],
  },
  Cab: {
    perDay: 9,
    arrivalHours: { 4: 1, 5: 2, 6: 3, 8: 5, 9: 5, 10: 3, 13: 1, 17: 2, 18: 3, 20: 2, 22: 1 },
    stayMinutes: [4, 16],
    approvals: approvals({ Resident: 4, PhoneCall: 3 }),
    vehicleShare: 1,
  },
  Service: {
    perDay: 5,
    arrivalHours: { 10: 4, 11: 4, 12: 3, 14: 3, 15: 4, 16: 3 },
    stayMinutes: [25, 170],
    approvals: approvals({ Resident: 3, PhoneCall: 4, Override: 0.2 }),
    vehicleShare: 0.4,
    purposes: ['Plumber', 'Electrician', 'AC service', 'Internet', 'Gas', 'Carpenter'],
  },
  Guest: {
    perDay: 14,
    arrivalHours: { 10: 2, 11: 4, 12: 4, 13: 2, 16: 3, 17: 4, 18: 6, 19: 8, 20: 5, 21: 2 },
    stayMinutes: [40, 240],
    approvals: approvals({ Resident: 5, PreApproval: 3, PhoneCall: 3, Override: 0.2 }),
    vehicleShare: 0.5,
  },
}
