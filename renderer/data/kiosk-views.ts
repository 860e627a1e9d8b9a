/** The snapshots that the screens subscribe to, there from the first moment; the desk feeds them once it is open. */
import type { WatchlistRow } from '@chowki/shared/collections/watchlist.ts'
import type {
  DiskState,
  Guard,
  KioskData,
  KioskStage,
  Live,
  QuarantineNotice,
  Site,
  SyncStatus,
  Trouble,
  Visit,
} from './kiosk-data.ts'
import { createLive } from './desk/live.ts'
import type { LiveSource } from './desk/live.ts'
import type { Desk } from './desk/open-desk.ts'
import type { Connection } from './replication/connection.ts'

export type KioskViews = ReturnType<typeof createKioskViews>

const firstStatus: SyncStatus = {
  online: false,
  unsyncedRecords: 0,
  unsyncedPhotos: 0,
  quarantined: 0,
  lastSyncedAt: null,
  clockDriftMs: null,
  waitingSince: null,
  trouble: 'none',
  disk: 'good',
}

export function createKioskViews() {
  return {
    stage: createLive<KioskStage>({ stage: 'opening' }),
    site: createLive<Site | null>(null),
    sync: createLive<SyncStatus>(firstStatus),
    guards: createLive<readonly Guard[]>([]),
    inside: createLive<readonly Visit[]>([]),
    recent: createLive<readonly Visit[]>([]),
    quarantine: createLive<readonly QuarantineNotice[]>([]),
    watchlist: createLive<readonly WatchlistRow[]>([]),
    trouble: createLive<Trouble | null>(null),
  } satisfies Pick<
    KioskData,
    'stage' | 'site' | 'sync' | 'guards' | 'inside' | 'recent' | 'quarantine' | 'watchlist' | 'trouble'
  >
}

/** What the status bar tells (P4), put together from those who know it; a snapshot changes only when a figure does. */
export interface StatusParts {
  readonly desk: Pick<Desk, 'report' | 'store' | 'unsent' | 'photoStates' | 'quarantine'>
  readonly connection: Connection
  readonly disk: Live<DiskState>
  readonly status: LiveSource<SyncStatus>
  readonly now: () => number
}

export interface StatusKeeper {
  refresh(): void
  heardAll(at: number): void
}

const metaKey = 'lastSyncedAt'
/** The age of the data is told in minutes; each write to the disk costs a flush. */
const keepEveryMs = 20_000

export async function createStatusKeeper({
  desk,
  connection,
  disk,
  status,
  now,
}: StatusParts): Promise<StatusKeeper> {
  let lastSyncedAt = await desk.store.readMeta<number>(metaKey)
  let keptAt = -Infinity
  const refresh = (): void => {
    const { online, trouble, clockDriftMs } = connection.current()
    const next: SyncStatus = {
      online,
      trouble,
      disk: disk.current(),
      clockDriftMs,
      lastSyncedAt,
      unsyncedRecords: desk.unsent.count(),
      unsyncedPhotos: desk.photoStates.waitingCount(),
      waitingSince: desk.unsent.oldest(),
      quarantined: desk.quarantine.rows.current().length,
    }
    status.update((current) => (isSame(current, next) ? current : next))
  }
  refresh()
  return {
    refresh,
    heardAll(at) {
      lastSyncedAt = at
      refresh()
      if (Math.abs(now() - keptAt) < keepEveryMs) return
      keptAt = now()
      void desk.store
        .writeMeta(metaKey, at)
        .catch((error: unknown) => desk.report('storage.keepLastHeard', error))
    },
  }
}

const isSame = (a: SyncStatus, b: SyncStatus): boolean =>
  (Object.keys(b) as (keyof SyncStatus)[]).every((key) => a[key] === b[key])
