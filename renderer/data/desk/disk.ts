/**
 * A disk that is full or fails, and what is done about it. Chromium closes every database of the page then, and what
 * stands on them (RxDB's queries, queues and replications) keeps its rejection for good. So nothing is repaired piece by
 * piece: as soon as a trial write succeeds the whole desk is opened anew behind the screens, as a reload would, without
 * taking the guard off the desk. The last megabytes are not spent on new visits: they are what a desk needs to open.
 */
import { Dexie } from 'dexie'
import type { DiskState, Live } from '../kiosk-data.ts'
import { retryWaitMs } from '../replication/retry-wait.ts'
import { createLive } from './live.ts'

export interface DiskKeeperParts {
  /** Null where the host does not tell. */
  readonly freeBytes: () => Promise<number | null>
  /** Rejects for as long as the disk takes nothing. */
  readonly tryWrite: () => Promise<void>
  /** Opens anew what stands on the disk; false where it does not open. */
  readonly reopen: () => Promise<boolean>
  /** The disk takes a write, and still nothing opens: RxDB keeps what failed in the page's memory. */
  readonly reload: () => void
  readonly timing?: DiskTiming
}

export interface DiskTiming {
  readonly lookEveryMs: number
  /** At most, between two tries to mend. */
  readonly retryMs: number
  /** A failure so long after the last mending is another one. */
  readonly calmMs: number
}

export interface DiskKeeper {
  readonly state: Live<DiskState>
  /** Takes note of whatever was thrown; only a failure of the disk matters. */
  failed(cause: unknown): void
  /** Something on the disk did not open or was closed, whatever the cause. */
  mend(): void
  stop(): void
}

const reloadAfter = 3

const diskTiming: DiskTiming = { lookEveryMs: 10_000, retryMs: 8_000, calmMs: 60_000 }

/** Below it no new visit is taken. A database of Chromium opens, and takes what a server acknowledges, in less. */
export const refuseBelowBytes = 24 * 1024 * 1024

export function createDiskKeeper(parts: DiskKeeperParts): DiskKeeper {
  const { timing = diskTiming } = parts
  const state = createLive<DiskState>('good')
  let timer: ReturnType<typeof setTimeout> | null = null
  let failures = 0
  let notOpened = 0
  let mendedAt = -Infinity
  let stopped = false

  const look = async (): Promise<void> => {
    // A host that does not answer says nothing of the disk.
    const free = await parts.freeBytes().catch(() => null)
    if (timer === null && !stopped) state.set(free !== null && free < refuseBelowBytes ? 'low' : 'good')
  }
  const tryToMend = async (): Promise<void> => {
    // The next try is the answer to whatever it is; the screen says so meanwhile.
    const takesWrites = await parts.tryWrite().then(
      () => true,
      () => false,
    )
    // What failed is reported where it is opened; here it only means that the next try comes.
    const isOpen = takesWrites && (await parts.reopen().catch(() => false))
    timer = null
    if (stopped) return
    notOpened = takesWrites && !isOpen ? notOpened + 1 : 0
    if (notOpened === reloadAfter) parts.reload()
    if (!isOpen) return mend()
    mendedAt = performance.now()
    await look()
  }
  const mend = (): void => {
    if (timer !== null || stopped) return
    if (performance.now() - mendedAt > timing.calmMs && state.current() !== 'failing') failures = 0
    failures += 1
    state.set('failing')
    const waitMs = Math.min(timing.retryMs, retryWaitMs(failures, Math.random()))
    timer = setTimeout(() => void tryToMend(), waitMs)
  }
  const looking = setInterval(() => void look(), timing.lookEveryMs)
  void look()
  return {
    state,
    mend,
    failed(cause) {
      if (isDiskFailure(cause)) mend()
    },
    stop() {
      stopped = true
      clearInterval(looking)
      if (timer !== null) clearTimeout(timer)
    },
  }
}

const diskErrors: ReadonlySet<string> = new Set([
  'AbortError',
  'DatabaseClosedError',
  'InvalidStateError',
  'OpenFailedError',
  'QuotaExceededError',
  'TimeoutError',
  'UnknownError',
])

/** An aborted request has a name like an aborted transaction; only what came through the database counts. */
export function isDiskFailure(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false
  if (cause instanceof Dexie.BulkError) return cause.failures.some(isDiskFailure)
  if (cause instanceof Dexie.DexieError && diskErrors.has(cause.name)) return true
  return isDiskFailure(cause.cause)
}

/** One row, on the disk before it resolves, in a database of its own. */
export async function tryDisk(databaseName: string): Promise<void> {
  const trial = new Dexie(`${databaseName}-trial`, { chromeTransactionDurability: 'strict' })
  trial.version(1).stores({ rows: '&id' })
  try {
    await trial.open()
    await trial.table('rows').put({ id: 'trial', bytes: new Uint8Array(65_536) })
  } finally {
    trial.close()
  }
}
