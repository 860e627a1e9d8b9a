/**
 * Power cuts of one desk, again and again on the same data: a guard works, everything is held still at a random
 * moment, the disk is copied as the cut leaves it, and a fresh browser opens the copy, judges it and works on.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freeze } from '../../../build/services/freeze.ts'
import { makeLoopDisk } from '../../../build/services/loop-disk.ts'
import type { LoopDisk } from '../../../build/services/loop-disk.ts'
import { createRandom } from '../../../sync-server/demo/random.ts'
import type { Random } from '../../../sync-server/demo/random.ts'
import { isOver } from '../frame/report.ts'
import type { CutReport } from '../frame/report.ts'
import { acknowledge, adopt, drawAct, judge, newLedger } from './acts.ts'
import type { Act, AcknowledgedActs } from './acts.ts'
import { serveGatePage, startGateBrowser } from './browser.ts'
import type { GateBrowser, GatePages } from './browser.ts'
import type { Saved } from './page/gate-page.ts'

export interface KioskCutOptions {
  readonly browser: string
  readonly cuts: number
  readonly seed: number
  /** Chromium's own default instead of the product's: then something must be lost. */
  readonly relaxed?: boolean
  readonly stop?: AbortSignal
  readonly onCut?: (cuts: number) => void
}

const diskMegabytes = 512

interface Running {
  readonly disk: LoopDisk
  readonly browser: GateBrowser
}

export async function cutKioskPower(options: KioskCutOptions): Promise<CutReport> {
  const begunAt = performance.now()
  const random = createRandom(`kiosk power cuts ${options.seed}`)
  const pages = await serveGatePage()
  const ledger = newLedger()
  const report = { cuts: 0, checked: 0, lost: [] as string[], torn: [] as string[] }
  let running: Running | null = null
  try {
    running = await start(options, pages, await makeLoopDisk(diskMegabytes))
    await fill(running.browser)
    await open(running.browser, options)
    while (!isOver(options, report)) {
      const begun = await workUntilCut(running.browser, random, ledger)
      running = await startAfterCut(options, pages, running)
      await open(running.browser, options)
      const found = await running.browser.page.evaluate(() => window.gate.readAll())
      const { lost, torn } = judge(ledger, found, begun)
      report.cuts += 1
      options.onCut?.(report.cuts)
      report.checked += ledger.visits.size
      report.lost.push(...lost.map((line) => `after cut ${report.cuts}: ${line}`))
      report.torn.push(...torn.map((line) => `after cut ${report.cuts}: ${line}`))
      adopt(ledger, found)
    }
  } finally {
    await running?.browser.end()
    await running?.disk.remove()
    await pages.close()
  }
  return { ...report, acknowledged: ledger.count, seconds: (performance.now() - begunAt) / 1000 }
}

async function start(
  { browser: program }: KioskCutOptions,
  pages: GatePages,
  disk: LoopDisk,
): Promise<Running> {
  try {
    return { disk, browser: await startGateBrowser(program, join(disk.folder, 'profile'), pages.origin) }
  } catch (error) {
    await disk.remove()
    throw error
  }
}

/** Also of a relaxed desk: only what the guard does is at risk. */
async function fill({ page }: GateBrowser): Promise<void> {
  await page.evaluate(() => window.gate.open())
  await page.evaluate(() => window.gate.fill())
  await page.reload()
  await page.waitForFunction(() => 'gate' in window)
}

async function open({ page }: GateBrowser, { relaxed = false }: KioskCutOptions): Promise<void> {
  if (relaxed) await page.evaluate(() => window.gate.relax())
  await page.evaluate(() => window.gate.open())
}

/** Everything stands still when it resolves. What had been begun and not yet called saved, or null. */
async function workUntilCut(
  { page, group }: GateBrowser,
  random: Random,
  ledger: AcknowledgedActs,
): Promise<Act | null> {
  const acts = random.integer(1, 8)
  for (let n = 0; n < acts; n += 1) await actOn(page, drawAct(random, ledger), ledger)
  // Some cuts come at the very acknowledgement, when nothing has had time to reach the disk by itself; most come in
  // the midst of a write, and leave the half of it.
  if (random.chance(0.3)) {
    await freeze(group)
    return null
  }
  let begun: Act | null = drawAct(random, ledger)
  const done = actOn(page, begun, ledger).then(
    () => (begun = null),
    // The browser is killed with this in its hands.
    () => undefined,
  )
  await sleep(random.integer(0, 60))
  await freeze(group)
  // An acknowledgement that was on its way here when all stood still was given.
  await Promise.race([done, sleep(20)])
  return begun
}

async function actOn(page: GateBrowser['page'], act: Act, ledger: AcknowledgedActs): Promise<void> {
  acknowledge(ledger, act, await perform(page, act))
}

async function perform(page: GateBrowser['page'], act: Act): Promise<Saved> {
  if (act.kind === 'letIn') return page.evaluate((visit) => window.gate.letIn(visit), act.visit)
  const { kind, entryId } = act
  await page.evaluate(([what, id]) => window.gate.change(what, id), [kind, entryId] as const)
  return { entryId, visitorId: '' }
}

async function startAfterCut(options: KioskCutOptions, pages: GatePages, running: Running): Promise<Running> {
  const copy = await running.disk.afterPowerCut()
  await running.browser.end()
  await running.disk.remove()
  return start(options, pages, copy)
}
