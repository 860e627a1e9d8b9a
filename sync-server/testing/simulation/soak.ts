/** Run by `npm run soak`: seeds until they are done or somebody stops it; then what there was of each trouble. */
import { allFaults, describeFailure, runSeed } from './run-seeds.ts'
import { scriptOf } from './script.ts'
import { realNow } from './virtual-time.ts'

const [from = 1, seeds = 1] = process.argv.slice(2).map(Number)
const tellEveryMs = 10_000
const say = (line: string) => void process.stdout.write(`${line}\n`)

let isStopped = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => (isStopped = true))

const coverage = new Map<string, number>()
const failed: number[] = []
const total = { seeds: 0, requests: 0, actions: 0, virtualMs: 0 }
const startedAt = realNow()
let toldAt = startedAt

const rate = () => ((total.seeds * 1000) / Math.max(1, realNow() - startedAt)).toFixed(1)

for (let seed = from; seed < from + seeds && !isStopped; seed++) {
  const outcome = await runSeed(seed)
  total.seeds += 1
  total.requests += outcome.requests
  total.actions += outcome.actions
  total.virtualMs += outcome.virtualMs
  for (const [fault, times] of Object.entries(outcome.coverage)) {
    coverage.set(fault, (coverage.get(fault) ?? 0) + times)
  }
  if (outcome.violations.length > 0) {
    failed.push(seed)
    say(await describeFailure(scriptOf(seed), outcome, () => isStopped))
  }
  if (realNow() - toldAt > tellEveryMs) {
    toldAt = realNow()
    say(`${total.seeds} of ${seeds} seeds, ${rate()} a second, ${failed.length} failed`)
  }
}

const never = allFaults.filter((fault) => !coverage.has(fault))
const days = (total.virtualMs / 86_400_000).toFixed(1)
say(`${isStopped ? 'Stopped after' : 'Ran'} ${total.seeds} seeds from ${from}, ${rate()} a second.`)
say(`${total.actions} acknowledged actions, ${total.requests} requests, ${days} days of virtual time.`)
for (const [fault, times] of [...coverage].toSorted()) say(`  ${fault.padEnd(30)} ${times}`)
if (never.length > 0) say(`Never happened, so nothing is said about it: ${never.join(', ')}.`)
say(failed.length === 0 ? 'No violations.' : `Violations in seeds ${failed.join(', ')}.`)
process.exitCode = failed.length > 0 || never.length > 0 || isStopped ? 1 : 0
