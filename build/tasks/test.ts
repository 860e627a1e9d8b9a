/**
 * `npm test [-- unit|mongo|browser|electron|e2e|check ...]`: sets up what the chosen parts need, runs them one after
 * the other, and says at the end how many tests passed, failed and were skipped.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { packKiosk } from '../products/products.ts'
import type { Parts, PartsWanted } from '../provision/provision.ts'
import { partsToEnv, provision } from '../provision/provision.ts'
import { startDisplay } from '../services/display.ts'
import { startTestMongod } from '../services/test-services.ts'
import { Refusal } from '../setup/refusal.mjs'
import { say } from '../setup/terminal.mjs'
import { judge } from '../test/results.ts'
import type { Suite } from '../test/suites.ts'
import { resultsFolder, suites } from '../test/suites.ts'
import type { SuiteOutcome } from '../test/summary.ts'
import { totalOf, toSummary } from '../test/summary.ts'
import { checks } from './checks.ts'
import { runAsTask } from './run-as-task.ts'
import { runStep } from './run-step.ts'

type Cleanup = () => Promise<void>

await runAsTask(async (stop) => {
  const wanted = readWanted(process.argv.slice(2))
  const chosen = suites.filter(({ name }) => wanted.has(name))
  dropDevelopersSettings()
  rmSync(resultsFolder, { recursive: true, force: true })
  mkdirSync(resultsFolder, { recursive: true })
  const cleanups: Cleanup[] = []
  const stopped = new Promise<never>((_, reject) => {
    stop.addEventListener('abort', () => reject(new Refusal('Stopped.', '')))
  })
  try {
    const env = await Promise.race([setUp(chosen, cleanups), stopped])
    const outcomes: SuiteOutcome[] = wanted.has('check') ? await runChecks(stop) : []
    for (const suite of chosen) outcomes.push(await runSuite(suite, env, stop))
    if (stop.aborted) return 1
    const notRun = suites
      .filter((suite) => !chosen.includes(suite))
      .map(({ name }) => `${name} (not asked for)`)
    for (const line of toSummary(outcomes, notRun)) say(line)
    return totalOf(outcomes).failed === 0 ? 0 : 1
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup()
  }
})

function readWanted(args: readonly string[]): ReadonlySet<string> {
  const names = ['check', ...suites.map(({ name }) => name)]
  const unknown = args.find((arg) => !names.includes(arg))
  if (unknown !== undefined) {
    throw new Refusal(`There is no part "${unknown}" of the tests.`, `Use any of: ${names.join(', ')}.`)
  }
  return new Set(args.length === 0 ? names : args)
}

/** Tests use their own programs and settings, never those that the environment points at. */
function dropDevelopersSettings(): void {
  const kept = ['CHOWKI_CACHE', 'CHROMIUM_PATH']
  for (const name of Object.keys(process.env)) {
    if ((name.startsWith('CHOWKI_') && !kept.includes(name)) || name.startsWith('MONGODB_'))
      delete process.env[name]
  }
}

async function setUp(chosen: readonly Suite[], cleanups: Cleanup[]): Promise<Record<string, string>> {
  const needs: PartsWanted = Object.assign({}, ...chosen.map((suite) => suite.needs))
  const parts = await provision(needs)
  return {
    ...partsToEnv(parts),
    ...(await databaseFor(parts, cleanups)),
    ...(needs.desk ? await screenFor(cleanups) : {}),
    ...(parts.electron && chosen.some(({ name }) => name === 'e2e')
      ? { CHOWKI_APP: await packKiosk(parts.electron) }
      : {}),
  }
}

async function databaseFor(parts: Parts, cleanups: Cleanup[]): Promise<Record<string, string>> {
  if (parts.mongod === null) return {}
  const { mongod, remove } = await startTestMongod(parts.mongod)
  cleanups.push(remove)
  return { MONGODB_TEST_URL: mongod.url }
}

async function screenFor(cleanups: Cleanup[]): Promise<Record<string, string>> {
  const display = await startDisplay('1920x1080')
  cleanups.push(display.stop)
  return { DISPLAY: display.name, WAYLAND_DISPLAY: '' }
}

async function runChecks(stop: AbortSignal): Promise<SuiteOutcome[]> {
  const begunAt = Date.now()
  const failed: string[] = []
  for (const check of checks) {
    say(`Checking ${check.name} ...`)
    if ((await runStep(check.command, check.args, { stop })) !== 0) failed.push(check.name)
  }
  const counts = { passed: checks.length - failed.length, failed: failed.length, skipped: 0 }
  return [
    {
      name: 'check',
      ...counts,
      notes: failed.map((name) => `failed: ${name}`),
      seconds: secondsSince(begunAt),
    },
  ]
}

async function runSuite(suite: Suite, env: Record<string, string>, stop: AbortSignal): Promise<SuiteOutcome> {
  say(`\nTesting: ${suite.name}`)
  const begunAt = Date.now()
  const [command, ...args] = suite.command
  const exitCode = await runStep(command, args, { env, stop, timeLimitMs: suite.timeLimitMs })
  const report = existsSync(suite.report) ? suite.read(readFileSync(suite.report, 'utf8')) : null
  return { name: suite.name, ...judge(report, exitCode), seconds: secondsSince(begunAt) }
}

function secondsSince(begunAt: number): number {
  return Math.round((Date.now() - begunAt) / 1000)
}
