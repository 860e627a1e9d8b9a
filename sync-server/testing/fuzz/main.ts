/** Run by `npm run fuzz`: rounds until they are done or somebody stops it; then what was answered how often. */
import { startFuzzTarget } from './fuzz-target.ts'
import { heapGrowth, heapGrowthMax, runFuzz } from './run-fuzz.ts'

const [runs = 1, seed = 1] = process.argv.slice(2).map(Number)
const runsInRound = 200
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)
const say = (line: string) => void process.stdout.write(`${line}\n`)

let isStopped = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => (isStopped = true))

const target = await startFuzzTarget()
try {
  const outcome = await runFuzz(target, {
    seed,
    runs: Math.min(runs, runsInRound),
    rounds: Math.ceil(runs / runsInRound),
    isStopped: () => isStopped,
    onRound: (round, { requests }, heapBytes) =>
      say(`seed ${seed + round}: ${requests} requests so far, heap ${megabytes(heapBytes)} MB`),
  })
  for (const [answer, times] of [...outcome.tally.answers].toSorted()) say(`  ${answer.padEnd(44)} ${times}`)
  const growth = heapGrowth(outcome)
  const growthMax = heapGrowthMax(outcome.tally.requests)
  say(`${isStopped ? 'Stopped after ' : ''}${outcome.tally.requests} requests without a fault.`)
  say(`The heap grew by ${megabytes(growth)} MB; ${megabytes(growthMax)} MB are allowed.`)
  for (const line of outcome.leakingLines) say(`The log repeats what was sent: ${line}`)
  const isClean = growth < growthMax && outcome.leakingLines.length === 0
  process.exitCode = isClean && !isStopped ? 0 : 1
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
} finally {
  await target.stop().catch((error: unknown) => {
    say(String(error))
    process.exitCode = 1
  })
}
