/** Runs workloads one after the other, repeats them, and keeps what was measured, also when it is stopped. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { NotRun } from '../workload.ts'
import type { BenchContext, BenchServer, Sample, ServerOptions, Workload } from '../workload.ts'
import { Cleanups } from './cleanups.ts'
import type { BenchRow } from './summing.ts'
import { toRows } from './summing.ts'

export interface RunParts {
  readonly mongoUri: string
  readonly folder: string
  readonly isQuick: boolean
  readonly stop: AbortSignal
  readonly say: (line: string) => void
  readonly startServer: (folder: string, options: ServerOptions) => Promise<BenchServer>
}

export interface BenchResult {
  readonly rows: readonly BenchRow[]
  readonly notes: readonly string[]
  /** Workloads that broke, which is a bug; what cannot be run here is not among them. */
  readonly failures: number
}

export async function runWorkloads(workloads: readonly Workload[], parts: RunParts): Promise<BenchResult> {
  const samples: Sample[] = []
  const reasons = new Map<string, string>()
  const notes = new Set<string>()
  let failures = 0
  for (const workload of workloads) {
    const giveReason = (reason: string): void =>
      workload.rows.forEach(({ name }) => reasons.has(name) || reasons.set(name, reason))
    const repeats = parts.isQuick ? 1 : workload.repeats
    for (let repeat = 0; repeat < repeats && !parts.stop.aborted; repeat += 1) {
      parts.say(`${workload.name} (${repeat + 1} of ${repeats}) ...`)
      const startedAt = Date.now()
      try {
        const keep = (more: readonly Sample[]): void => void samples.push(...more)
        keep(await runOnce(workload, repeat, parts, { keep, notes, reasons }))
        parts.say(`  took ${Math.round((Date.now() - startedAt) / 1000)} s`)
      } catch (error) {
        if (parts.stop.aborted) break
        if (!(error instanceof NotRun)) failures += 1
        giveReason(error instanceof NotRun ? error.message : `failed: ${firstLine(error)}`)
        parts.say(`  ${error instanceof NotRun ? `not run: ${error.message}` : stackOf(error)}`)
        break
      }
    }
    if (parts.stop.aborted) giveReason('the bench was stopped')
  }
  const rows = toRows(
    workloads.flatMap((workload) => workload.rows),
    samples,
    reasons,
  )
  return { rows, notes: [...notes], failures }
}

interface Findings {
  readonly keep: BenchContext['keep']
  readonly notes: Set<string>
  readonly reasons: Map<string, string>
}

async function runOnce(
  workload: Workload,
  repeat: number,
  parts: RunParts,
  { keep, notes, reasons }: Findings,
): Promise<readonly Sample[]> {
  const folder = join(parts.folder, `${workload.name}-${repeat}`)
  mkdirSync(folder, { recursive: true })
  const cleanups = new Cleanups((error) => parts.say(`  could not clean up: ${firstLine(error)}`))
  cleanups.add(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const context: BenchContext = {
    mongoUri: parts.mongoUri,
    folder,
    signal: parts.stop,
    isQuick: parts.isQuick,
    repeat,
    keep,
    note(line) {
      notes.add(line)
      parts.say(`  ${line}`)
    },
    notRun: (row, reason) => void (reasons.has(row) || reasons.set(row, reason)),
    onEnd: (cleanup) => cleanups.add(cleanup),
    async startServer(options = {}) {
      const server = await parts.startServer(folder, options)
      cleanups.add(() => server.stop())
      return server
    },
  }
  try {
    return await orStopped(workload.run(context), parts.stop)
  } finally {
    await cleanups.run()
  }
}

/** A stopped workload is not awaited: it may hang on what is being torn down. */
function orStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  // Its failure comes by the promise below; after a stop nobody waits for it.
  work.catch(() => undefined)
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error('stopped'))
    if (stop.aborted) abort()
    stop.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', abort))
  })
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)
