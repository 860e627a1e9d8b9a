/** `npm run relevance [-- --people 100000]`: who is found among how many, and how fast; what is missed is named. */
import { parseArgs } from 'node:util'
import { crowdedIndex, judge, relevanceQueries } from './relevance.ts'

const { values } = parseArgs({ options: { people: { type: 'string', default: '100000' } } })
const people = Number(values.people)
if (!Number.isSafeInteger(people) || people < 1) throw new Error('Use: npm run relevance -- --people 100000.')

const judged = judge(crowdedIndex(people), relevanceQueries())
const recallOf = (some: typeof judged): string =>
  `${some.filter(({ found }) => found).length}/${some.length} = ${(some.filter(({ found }) => found).length / some.length).toFixed(3)}`
const times = judged.map(({ ms }) => ms).toSorted((a, b) => a - b)
const quantile = (part: number): string => (times[Math.floor(times.length * part)] ?? 0).toFixed(1)

const lines = [
  ...[...new Set(judged.map(({ kind }) => kind))].map(
    (kind) => `${kind}: ${recallOf(judged.filter((one) => one.kind === kind))}`,
  ),
  ...judged.filter(({ found }) => !found).map(({ kind, term }) => `missed (${kind}): ${term}`),
  `recall at 5 among ${people}: ${recallOf(judged)}`,
  `time: median ${quantile(0.5)} ms, p95 ${quantile(0.95)} ms, worst ${times.at(-1)?.toFixed(1)} ms`,
]
process.stdout.write(`${lines.join('\n')}\n`)
