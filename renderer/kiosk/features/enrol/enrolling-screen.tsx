import { useTranslation } from 'react-i18next'
import { BarrierProgress } from '../../../ui/barrier-progress.tsx'
import { SideFrame } from '../../../ui/side-frame.tsx'
import { useKiosk, useLive } from '../../kiosk-context.ts'
import { LanguageSwitch } from '../language/language-switch.tsx'
import { EnrolAgain } from './enrol-again.tsx'
import styles from './enrol-screen.module.css'

interface EnrollingScreenProps {
  readonly done: number
  readonly total: number
}

export function EnrollingScreen({ done, total }: EnrollingScreenProps) {
  const { t } = useTranslation()
  const sync = useLive(useKiosk().data.sync)
  return (
    <SideFrame
      side={<p className={styles['sideText']}>{t('enrol.progressText')}</p>}
      top={<LanguageSwitch />}
    >
      <div className={styles['progress']} data-testid="enrol-progress">
        <h1 className={styles['title']}>{t('enrol.progressTitle')}</h1>
        <p className={styles['count']}>{t('enrol.progress', { done, total })}</p>
        <BarrierProgress done={done} total={total} label={t('enrol.progressTitle')} />
        {sync.trouble === 'revoked' && (
          <>
            <p>{t('status.revokedText')}</p>
            <EnrolAgain />
          </>
        )}
      </div>
    </SideFrame>
  )
}
