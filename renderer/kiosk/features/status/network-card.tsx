import { IconCloudCheck, IconCloudOff, IconRefresh } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ActionButton } from '../../../ui/action-button.tsx'
import { StateWord } from '../../../ui/state-word.tsx'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useClock, useNow } from '../../time.ts'
import { EnrolAgain } from '../enrol/enrol-again.tsx'
import styles from './status-screen.module.css'

const diskTexts = { low: 'status.diskLowText', failing: 'status.diskFailingText' } as const
const troubleTexts = { revoked: 'status.revokedText', outdated: 'status.outdatedText' } as const

export function NetworkCard() {
  const { t } = useTranslation()
  const { data } = useKiosk()
  const sync = useLive(data.sync)
  const clock = useClock()
  const now = useNow(5_000)
  const text =
    sync.disk !== 'good'
      ? diskTexts[sync.disk]
      : sync.trouble !== 'none'
        ? troubleTexts[sync.trouble]
        : sync.online
          ? 'status.onlineText'
          : 'status.offlineText'
  return (
    <section className={styles['card']}>
      <div className={styles['split']}>
        <h2 className={styles['heading']}>{t('status.network')}</h2>
        <StateWord
          tone={sync.online ? 'inside' : 'offline'}
          icon={sync.online ? IconCloudCheck : IconCloudOff}
        >
          {t(sync.online ? 'bar.online' : 'bar.offline')}
        </StateWord>
      </div>
      <p>{t(text)}</p>
      {sync.trouble === 'revoked' && <EnrolAgain />}
      <div className={styles['split']}>
        <div className={styles['numbers']}>
          <Number value={sync.unsyncedRecords} label={t('status.records')} />
          <Number value={sync.unsyncedPhotos} label={t('status.photos')} />
        </div>
        <ActionButton look="quiet" icon={IconRefresh} onPress={() => data.syncNow()} testId="sync-now">
          {t('status.syncNow')}
        </ActionButton>
      </div>
      <p className={styles['soft']}>
        {t('status.lastHeard')}:{' '}
        {sync.lastSyncedAt === null ? t('status.never') : clock.ago(sync.lastSyncedAt, now)}
      </p>
    </section>
  )
}

function Number({ value, label }: { readonly value: number; readonly label: string }) {
  return (
    <div>
      <p className={styles['number']}>{value}</p>
      <p className={styles['soft']}>{label}</p>
    </div>
  )
}
