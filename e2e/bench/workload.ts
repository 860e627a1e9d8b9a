/**
 * What the bench asks of a workload. A workload measures ours, the raw limit below it and the peers beside it in one
 * call of `run`, so that all of them see the same machine in the same minute; the frame repeats the call, takes
 * medians with their spread, judges the goals, and prints what could not be run as not run.
 */
import type { EnrolledDevice } from '../../build/services/enrol-device.ts'

export interface RowPlan {
  /** Unique in the whole bench; a row beside a peer names the peer. */
  readonly name: string
  readonly unit: string
  readonly better: 'higher' | 'lower'
  /** What stands in the limit's column, e.g. `raw bulkWrite upserts`. */
  readonly limit?: string
  /** The peer in the peer's column. */
  readonly peer?: string
  /** Absent where there is none. A bound on ours / limit, or on ours in the row's unit; `better` says which side. */
  readonly goal?: { readonly ratio: number } | { readonly value: number }
}

/**
 * One measurement for one row. A call of `run` may give several for one row, e.g. 20 latencies; all of them count.
 * Any of the three may be missing: the columns are summed each for itself.
 */
export interface Sample {
  /** Of a `RowPlan`. */
  readonly name: string
  readonly ours?: number
  readonly limit?: number
  readonly peer?: number
}

export interface Workload {
  /** One word of `npm run bench -- <name>`. */
  readonly name: string
  readonly rows: readonly RowPlan[]
  /** How often `run` is called; `--quick` calls it once. */
  readonly repeats: number
  run(context: BenchContext): Promise<readonly Sample[]>
}

export interface BenchContext {
  /** Of the bench's own MongoDB. */
  readonly mongoUri: string
  /** Empty, for this call of `run` alone; removed after it. */
  readonly folder: string
  /** Aborts when a person stops the bench: reject soon after. */
  readonly signal: AbortSignal
  /** Asked to be short: less data, no repeats. */
  readonly isQuick: boolean
  /** Counts from 0. */
  readonly repeat: number
  /** These stand, whatever becomes of the rest of this call of `run`. */
  keep(samples: readonly Sample[]): void
  /** A line of progress, or a remark that belongs under the table. */
  note(line: string): void
  /** This row alone cannot be run here; the reason is printed with it. For the whole workload throw `NotRun`. */
  notRun(row: string, reason: string): void
  /** Is called after `run`, the last one first, also when `run` has failed or the bench is stopped. */
  onEnd(cleanup: () => Promise<void> | void): void
  /** A sync server as it is in production, on an empty database and data folder of its own. Ends after `run`. */
  startServer(options?: ServerOptions): Promise<BenchServer>
}

export interface ServerOptions {
  /** The demonstration society, with guards and their PINs; else one society with one gate and nothing in it. */
  readonly demo?: boolean
  readonly environment?: Readonly<Record<string, string>>
}

export interface BenchServer {
  /** `http://127.0.0.1:port` */
  readonly origin: string
  readonly pid: number
  readonly mongoUri: string
  /** Name of its database. */
  readonly database: string
  readonly dataFolder: string
  readonly societyId: string
  readonly gateId: string
  readonly adminKey: string
  /** For a kiosk's enrolment screen, good once. */
  enrolmentCode(deviceName: string): Promise<string>
  /** A device without a screen. */
  enrol(deviceName: string): Promise<EnrolledDevice>
  stop(): Promise<void>
}

/** Cannot be run on this machine; the table says so with the reason, and counts it. */
export class NotRun extends Error {
  override readonly name = 'NotRun'
}
