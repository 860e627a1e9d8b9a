import {
  IconAlertCircle,
  IconClockExclamation,
  IconCloudOff,
  IconCamera,
  IconCloudCheck,
  IconDatabaseX,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { SyncStatus } from '../../../data/kiosk-data.ts'
import { classNames } from '../../../ui/class-names.ts'
import { SyncTick } from '../../../ui/sync-tick.tsx'
import { iconStroke } from '../../../ui/theme.ts'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useClock, useNow } from '../../time.ts'
import { useDeskStore } from './desk-store.ts'
import styles from './status-bar.module.css'

/** Beyond this the server marks a record as drifted. */
export const driftWarningMs = 120_000

/** P4: what is not on the server, how old the knowledge is, what was refused; one touch leads to the details. */
export function SyncState() {
  const { t } = useTranslation()
  const sync = useLive(useKiosk().data.sync)
  const go = useDeskStore((state) => state.go)
  const waits = sync.unsyncedRecords > 0 || sync.unsyncedPhotos > 0
  return (
    <button
      type="button"
      className={classNames(styles['sync'], !sync.online && styles['away'])}
      onClick={() => go('status')}
      title={t('bar.open')}
      data-testid="sync-state"
      data-online={sync.online}
      data-unsynced={sync.unsyncedRecords}
      data-photos={sync.unsyncedPhotos}
      data-quarantined={sync.quarantined}
      data-disk={sync.disk}
    >
      {sync.online ? (
        <IconCloudCheck size={28} stroke={iconStroke} aria-hidden="true" />
      ) : (
        <IconCloudOff size={28} stroke={iconStroke} aria-hidden="true" />
      )}
      <span className={styles['lines']}>
        <span className={styles['line']}>
          <strong>{t(sync.online ? 'bar.online' : 'bar.offline')}</strong>
          {waits ? (
            <Waiting sync={sync} />
          ) : (
            sync.quarantined === 0 && sync.trouble === 'none' && sync.disk === 'good' && <AllOnServer />
          )}
        </span>
        <span className={styles['line']}>
          <Age sync={sync} />
          <LongWait sync={sync} />
          <Troubles sync={sync} />
        </span>
      </span>
    </button>
  )
}

const Item = ({ children }: { readonly children: ReactNode }) => (
  <span className={styles['item']}>{children}</span>
)

function AllOnServer() {
  const { t } = useTranslation()
  return (
    <Item>
      <SyncTick mark="synced" label={t('mark.synced')} />
      {t('bar.allOnServer')}
    </Item>
  )
}

function Waiting({ sync }: { readonly sync: SyncStatus }) {
  const { t } = useTranslation()
  return (
    <>
      {sync.unsyncedRecords > 0 && (
        <Item>
          <SyncTick mark="saved" label={t('mark.saved')} />
          {t(sync.online ? 'bar.sendingRecords' : 'bar.waitingRecords', { count: sync.unsyncedRecords })}
        </Item>
      )}
      {sync.unsyncedPhotos > 0 && (
        <Item>
          <IconCamera size={22} stroke={iconStroke} />
          {t('bar.waitingPhotos', { count: sync.unsyncedPhotos })}
        </Item>
      )}
    </>
  )
}

function Age({ sync }: { readonly sync: SyncStatus }) {
  const { t } = useTranslation()
  const clock = useClock()
  const now = useNow(10_000)
  if (sync.lastSyncedAt === null) return <Item>{t('bar.never')}</Item>
  return <Item>{t('bar.asOf', { time: clock.ago(sync.lastSyncedAt, now) })}</Item>
}

/** What waits a while is the network's way; longer is worth a person's look. */
const longWaitMs = 15 * 60_000

function LongWait({ sync }: { readonly sync: SyncStatus }) {
  const { t } = useTranslation()
  const clock = useClock()
  const now = useNow(10_000)
  const waitsMs = sync.waitingSince === null ? 0 : now - sync.waitingSince
  if (waitsMs < longWaitMs) return null
  return <Item>{t('bar.waitsFor', { time: clock.span(waitsMs) })}</Item>
}

function Troubles({ sync }: { readonly sync: SyncStatus }) {
  const { t } = useTranslation()
  const clock = useClock()
  const drift = Math.abs(sync.clockDriftMs ?? 0)
  return (
    <>
      {sync.quarantined > 0 && (
        <span className={classNames(styles['item'], styles['refused'])}>
          <IconAlertCircle size={22} stroke={iconStroke} />
          {t('bar.quarantined', { count: sync.quarantined })}
        </span>
      )}
      {sync.disk !== 'good' && (
        <span className={classNames(styles['item'], styles['refused'])}>
          <IconDatabaseX size={22} stroke={iconStroke} />
          {t(`bar.disk.${sync.disk}`)}
        </span>
      )}
      {sync.trouble !== 'none' && (
        <span className={classNames(styles['item'], styles['refused'])}>
          <IconAlertCircle size={22} stroke={iconStroke} />
          {t(`bar.${sync.trouble}`)}
        </span>
      )}
      {drift >= driftWarningMs && (
        <span className={classNames(styles['item'], styles['waiting'])}>
          <IconClockExclamation size={22} stroke={iconStroke} />
          {t('bar.drift', { time: clock.span(drift) })}
        </span>
      )}
    </>
  )
}
