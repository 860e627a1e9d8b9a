/**
 * What the demonstration society is made of. It is invented, and looks it: phone numbers are +91 11 111 xxxxx, area code
 * 11 and a local number that begins with 1. That level is for special services, no subscriber's number lies in it, so
 * nobody can be called or messaged by mistake.
 */
import { createRandom, demoId } from './random.ts'
import type { Random } from './random.ts'

export const demoSocietyName = 'Lotus Heights'
export const demoSocietyId = demoId('society', 0)
export const demoTimeZone = 'Asia/Kolkata'
/** India has had one offset and no summer time since 1945. */
const zoneOffsetMs = 5.5 * 60 * 60_000

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

export interface DemoDocument {
  readonly _id: string
  readonly societyId: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly [field: string]: unknown
}

/** Every part draws from a stream of its own: a change in one does not reshuffle the others. */
export interface DemoPlan {
  readonly now: number
  readonly random: (part: string) => Random
}

export const createDemoPlan = (seed: string, now: number): DemoPlan => ({
  now: Math.floor(now / minuteMs) * minuteMs,
  random: (part) => createRandom(`${seed}:${part}`),
})

/** Fields that every record has, made `ageMs` before now. */
export const demoEnvelope = (kind: string, index: number | string, at: number) => ({
  _id: demoId(kind, index),
  societyId: demoSocietyId,
  createdAt: at,
  updatedAt: at,
})

/** Ranges of the 100,000 numbers, so that no two people share one. */
const phoneRanges = {
  resident: 10_000,
  staff: 30_000,
  dailyHelp: 40_000,
  visitor: 50_000,
  watchlist: 90_000,
  office: 99_000,
} as const

export const demoPhone = (kind: keyof typeof phoneRanges, index: number): string =>
  `+9111111${phoneRanges[kind] + index}`

/** Midnight of the day `daysAgo` days before now, in the society's zone. */
export function dayStart(now: number, daysAgo: number): number {
  const local = now + zoneOffsetMs
  return Math.floor(local / dayMs) * dayMs - zoneOffsetMs - daysAgo * dayMs
}

const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

export const weekdayOf = (time: number): (typeof weekdayNames)[number] =>
  weekdayNames[new Date(time + zoneOffsetMs).getUTCDay()] ?? 'Sunday'

/** Registrations of a series that no authority issues (XX), in the usual form. */
export function demoVehicleNumber(random: Random): string {
  const letters = 'ABCDEFGHJKLMNPRSTUVWXYZ'
  const letter = () => letters.charAt(random.integer(0, letters.length - 1))
  return `XX${String(random.integer(1, 99)).padStart(2, '0')}${letter()}${letter()}${String(random.integer(1, 9999)).padStart(4, '0')}`
}
