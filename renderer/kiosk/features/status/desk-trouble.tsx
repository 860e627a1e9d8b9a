import { useTranslation } from 'react-i18next'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { useClock, useNow } from '../../time.ts'
import { Diagnostics } from './diagnostics.tsx'
import styles from './status-screen.module.css'

/** P4: the newest failure that no other screen tells of, and what a supervisor can take along to have it looked into. */
export function DeskTrouble() {
  const { t } = useTranslation()
  const { data } = useKiosk()
  const trouble = useLive(data.trouble)
  const clock = useClock()
  const now = useNow(30_000)
  return (
    <>
      <h2 className={styles['heading']}>{t('status.troubleTitle')}</h2>
      {trouble === null ? (
        <p data-testid="no-trouble">{t('status.troubleNone')}</p>
      ) : (
        <p data-testid="trouble">
          {t(`status.trouble.${trouble.area}`)}{' '}
          <span className={styles['soft']}>{clock.ago(trouble.at, now)}</span>
        </p>
      )}
      <Diagnostics />
    </>
  )
}
