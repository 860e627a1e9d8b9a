/** What the bench asks of the page, by `window.chowkiBench`. */
import type { Kiosk } from '../../../../renderer/data/kiosk.ts'
import { openBenchKiosk } from './open-bench-kiosk.ts'
import { raceSaves } from './save-race.ts'

let kiosk: Kiosk | null = null

const opened = (): Kiosk => {
  if (kiosk === null) throw new Error('The kiosk is not open')
  return kiosk
}

const bench = {
  open: async (code: string | null, login: { name: string; pin: string }): Promise<void> => {
    kiosk = await openBenchKiosk(code, login)
  },
  raceSaves: (rounds: number) => raceSaves(opened(), rounds),
}
export type BenchPage = typeof bench
declare global {
  interface Window {
    chowkiBench: BenchPage
  }
}
window.chowkiBench = bench
