/** The snapshots that the screens subscribe to, there from the first moment; the desk feeds them once it is open. */
import type {
  Guard,
  KioskData,
  KioskStage,
  QuarantineNotice,
  Site,
  SyncStatus,
  Trouble,
  Visit,
} from './kiosk-data.ts'
import { createLive } from './desk/live.ts'

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
    trouble: createLive<Trouble | null>(null),
  } satisfies Pick<
    KioskData,
    'stage' | 'site' | 'sync' | 'guards' | 'inside' | 'recent' | 'quarantine' | 'trouble'
  >
}
