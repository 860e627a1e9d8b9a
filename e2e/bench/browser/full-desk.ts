/**
 * A kiosk that fills up to 100,000 visits: how long its page stands still while they arrive, then lists and searches
 * among them, then the start of a fresh browser on that disk. One after the other on one desk, because filling it
 * is most of the time.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../frame/summing.ts'
import type { BenchContext, RowPlan, Sample, Workload } from '../workload.ts'
import { openBenchKiosk } from './bench-kiosk.ts'
import type { BenchKiosk } from './bench-kiosk.ts'
import { createCrowd } from './crowd.ts'
import type { KioskCrowd } from './crowd.ts'
import type { SearchKind, SearchTime } from './page/searches.ts'

const stallRow: RowPlan = {
  name: 'longest renderer stall while 50,000 records arrive',
  unit: 'ms',
  better: 'lower',
  goal: { value: 200 },
}
const arrivalRow: RowPlan = {
  name: 'pull of 50,000 records into the kiosk',
  unit: 'records/s',
  better: 'higher',
}

const searchNames: Readonly<Record<SearchKind, string>> = {
  inside: 'inside-now list follows an exit',
  latest: 'list of latest visits follows an entry',
  phone: 'find a visitor by phone',
  name: 'find a visitor by name, at each letter',
  vehicle: 'find a visitor by vehicle',
  flat: 'find a flat, at each letter',
}
const searchRow = (kind: SearchKind, share: 'p50' | 'p95'): RowPlan => ({
  name: `${searchNames[kind]}, among 100,000 visits, ${share}`,
  unit: 'ms',
  better: 'lower',
  ...(share === 'p95' ? { goal: { value: 50 } } : {}),
})
const kinds = Object.keys(searchNames) as SearchKind[]

const startRows = {
  listsMs: 'start until the lists are there, with 100,000 visits',
  searchMs: 'start until the search box answers, with 100,000 visits',
  everybodyMs: 'start until everybody is in the search index, with 100,000 visits',
  longestTaskMs: 'longest task of the start, with 100,000 visits',
} as const

export const fullDesk: Workload = {
  name: 'full-desk',
  repeats: 1,
  rows: [
    stallRow,
    arrivalRow,
    ...kinds.flatMap((kind) => [searchRow(kind, 'p50'), searchRow(kind, 'p95')]),
    ...Object.values(startRows).map((name): RowPlan => ({ name, unit: 'ms', better: 'lower' })),
  ],
  async run(context) {
    const kiosk = await openBenchKiosk(context)
    const crowd = await createCrowd(kiosk.server)
    context.note(
      `full-desk: a page without screens. ${context.isQuick ? 'Quick: a tenth of the records. ' : ''}Records arrive by HTTP in the kiosk’s own batches when an offline desk is online again, four visits to a visitor; a stall is the time by which a timer of 10 ms came late. Searches as the screens ask, 20 hits, letter by letter; lists from the answer that the tap is saved until they show it. Starts: a fresh browser on the filled profile, from navigation, the page’s bundle included, the guard’s PIN not.`,
    )
    await fill(context, kiosk, crowd)
    context.keep(await search(context, kiosk, crowd))
    return startAgain(context, kiosk, crowd)
  },
}

/** Twice 50,000 records, measured; then what is missing to 100,000 visits. */
async function fill({ isQuick, keep }: BenchContext, kiosk: BenchKiosk, crowd: KioskCrowd): Promise<void> {
  const scale = isQuick ? 10 : 1
  for (const part of [
    { visitors: 10_000, visits: 40_000, isMeasured: true },
    { visitors: 10_000, visits: 40_000, isMeasured: true },
    { visitors: 0, visits: 20_000, isMeasured: false },
  ]) {
    const [visitors, visits] = [part.visitors / scale, part.visits / scale]
    await kiosk.setOffline(true)
    await crowd.add({ visitors, visits })
    await kiosk.page.evaluate((count) => window.chowkiBench.expectArrivals(count), visitors + visits)
    await kiosk.setOffline(false)
    const { count, durationMs, longestStallMs } = await kiosk.page.evaluate(() =>
      window.chowkiBench.arrived(),
    )
    if (!part.isMeasured) continue
    keep([
      { name: stallRow.name, ours: longestStallMs },
      { name: arrivalRow.name, ours: (count * 1000) / durationMs },
    ])
  }
}

/** Each fifth of the times gives its own p50 and p95, so that their spread is seen. */
const chunks = 5
const idleMs = 5_000

async function search(
  { isQuick, signal }: BenchContext,
  { page }: BenchKiosk,
  crowd: KioskCrowd,
): Promise<Sample[]> {
  const count = isQuick ? 25 : 100
  const numbers = Array.from({ length: count }, (_, n) => n * 9)
  const terms = {
    phones: numbers.map((n) => crowd.visitor(n).phone.slice(3)),
    names: numbers.slice(0, count / 2).map((n) => crowd.visitor(n).name.split(' ').slice(0, 2).join(' ')),
    vehicles: numbers.map(crowd.vehicleNumber),
    flats: numbers.slice(0, count / 2).map((n) => `${'ABCD'[n % 4]}-${1 + (n % 20)}0${1 + (n % 5)}`),
  }
  // What the last arrivals set off ends first: a guard searches at a desk that is idle but for him.
  await sleep(idleMs, undefined, { signal })
  const times = [
    ...(await page.evaluate((wanted) => window.chowkiBench.timeSearches(wanted), terms)),
    ...(await page.evaluate((rounds) => window.chowkiBench.timeLists(rounds), count)),
  ]
  return kinds.flatMap((kind) => toSamples(kind, times))
}

function toSamples(kind: SearchKind, all: readonly SearchTime[]): Sample[] {
  const times = all.filter((one) => one.kind === kind).map(({ ms }) => ms)
  return Array.from({ length: chunks }, (_, chunk) => {
    const own = times.filter((_ms, n) => n % chunks === chunk)
    return [
      { name: searchRow(kind, 'p50').name, ours: percentile(own, 0.5) },
      { name: searchRow(kind, 'p95').name, ours: percentile(own, 0.95) },
    ]
  }).flat()
}

async function startAgain(
  { isQuick }: BenchContext,
  kiosk: BenchKiosk,
  crowd: KioskCrowd,
): Promise<Sample[]> {
  const samples: Sample[] = []
  const { phone } = crowd.visitor(9)
  for (let round = 0; round < (isQuick ? 2 : 3); round += 1) {
    const page = await kiosk.restart()
    const times = await page.evaluate((typed) => window.chowkiBench.startOfDay(typed), phone)
    for (const part of Object.keys(startRows) as (keyof typeof startRows)[])
      samples.push({ name: startRows[part], ours: times[part] })
  }
  return samples
}
