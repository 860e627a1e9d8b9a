/** What the bench asks of the page, by `window.chowkiBench`. */
import type { OpenKiosk } from '../../../../renderer/data/kiosk.ts'
import { arrived, expectArrivals } from './arrivals.ts'
import { enrolBenchKiosk } from './open-bench-kiosk.ts'
import { raceSaves } from './save-race.ts'
import { timeLists, timeSearches } from './searches.ts'
import type { SearchTerms } from './searches.ts'
import { startOfDay } from './start-of-day.ts'

let kiosk: OpenKiosk | null = null

const opened = (): OpenKiosk => {
  if (kiosk === null) throw new Error('The kiosk is not open')
  return kiosk
}

const bench = {
  enrol: async (code: string, login: { name: string; pin: string }): Promise<void> => {
    kiosk = await enrolBenchKiosk(code, login)
  },
  raceSaves: (rounds: number) => raceSaves(opened(), rounds),
  expectArrivals: (count: number) => expectArrivals(opened(), count),
  arrived,
  timeSearches: (terms: SearchTerms) => timeSearches(opened(), terms),
  timeLists: (rounds: number) => timeLists(opened(), rounds),
  startOfDay,
}
export type BenchPage = typeof bench
declare global {
  interface Window {
    chowkiBench: BenchPage
  }
}
window.chowkiBench = bench
