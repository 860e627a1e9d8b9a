/**
 * `npm run power-cuts -- --cuts 50 --seed 7`: the power of a desk and of the server's machine fails at random moments.
 * Fails when anything that was acknowledged is missing afterwards, and when the check of the check finds nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provisionBrowser } from '../../build/provision/browser.ts'
import { provisionMongod } from '../../build/provision/mongod.ts'
import { provision } from '../../build/provision/provision.ts'
import { whyNoLoopDisks } from '../../build/services/loop-disk.ts'
import { requireFreeDisk } from '../../build/setup/preconditions.mjs'
import { Refusal } from '../../build/setup/refusal.mjs'
import { say } from '../../build/setup/terminal.mjs'
import { runAsTask } from '../../build/tasks/run-as-task.ts'
import { readOptions } from './frame/options.ts'
import { toLine } from './frame/report.ts'
import type { CutReport } from './frame/report.ts'
import { seedOfThisRun } from './frame/seed.ts'
import { cutKioskPower } from './kiosk/kiosk-cuts.ts'
import { cutServerPower } from './server/server-cuts.ts'

/** Two images of the server's disk, with MongoDB's journal and oplog. */
const neededBytes = 3_000_000_000
const tellEvery = 10

await runAsTask(async (stop) => {
  const options = readOptions(process.argv.slice(2))
  const whyNot = await whyNoLoopDisks()
  if (whyNot !== null) throw new Refusal(`No power was cut (${whyNot}).`, 'Run it as root, on Linux.')
  requireFreeDisk(tmpdir(), neededBytes, 'the disks whose power is cut')
  const run = { cuts: options.cuts, seed: options.seed ?? seedOfThisRun(), stop, onCut }
  let isWell = true
  for (const subject of options.subjects)
    if (!stop.aborted) isWell = (await (subject === 'desk' ? cutDesk(run) : cutServer(run))) && isWell
  return isWell && !stop.aborted ? 0 : 1
})

interface Run {
  readonly cuts: number
  readonly seed: number
  readonly stop: AbortSignal
  readonly onCut: (cuts: number) => void
}

function onCut(cuts: number): void {
  if (cuts % tellEvery === 0) say(`  ${cuts} cuts`)
}

async function cutDesk(run: Run): Promise<boolean> {
  await provision({ browser: true })
  const browser = await provisionBrowser()
  const isWell = tell(`Desk, seed ${run.seed}`, await cutKioskPower({ ...run, browser }))
  if (run.stop.aborted) return isWell
  const { seed, stop } = run
  const { lost } = await cutKioskPower({ browser, seed, stop, cuts: 1, relaxed: true })
  say(`  Check of the check: with Chromium’s own durability one cut loses ${lost.length}.`)
  return isWell && lost.length > 0
}

async function cutServer(run: Run): Promise<boolean> {
  await provision({ mongod: true })
  const folder = mkdtempSync(join(tmpdir(), 'chowki-server-cuts-'))
  try {
    const mongod = await provisionMongod()
    const isWell = tell(`Server, seed ${run.seed}`, await cutServerPower({ ...run, folder, mongod }))
    if (run.stop.aborted) return isWell
    const { seed, stop } = run
    const relaxed = { mongod, folder, seed, stop, cuts: 10, relaxed: true }
    const { cuts, lost } = await cutServerPower(relaxed)
    say(`  Check of the check: without MongoDB’s journal ${lost.length} are lost, after ${cuts} cuts.`)
    return isWell && lost.length > 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function tell(what: string, report: CutReport): boolean {
  say(toLine(what, report))
  for (const line of [...report.lost, ...report.torn]) say(`  ${line}`)
  return report.lost.length === 0 && report.torn.length === 0
}
